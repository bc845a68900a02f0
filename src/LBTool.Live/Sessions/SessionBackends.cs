using System.Collections.Immutable;
using System.Globalization;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;
using LBTool.Core.Sessions;

namespace LBTool.Live.Sessions;

/// <summary>The backends of a session.</summary>
public sealed class SessionBackends
{
    private readonly LiveWorld _world;
    private readonly Journal _journal;
    private readonly Changes _changes;
    private volatile ImmutableList<SessionBackend> _all = [];
    private ImmutableHashSet<string> _everyName = [];

    internal SessionBackends(LiveWorld world, Journal journal, Changes changes) => (_world, _journal, _changes) = (world, journal, changes);

    /// <summary>All of them, in the order in which they joined.</summary>
    public IReadOnlyList<SessionBackend> All => _all;

    /// <summary>Their names.</summary>
    public ImmutableArray<string> Names => [.. _all.Select(backend => backend.Name)];

    /// <summary>The backend of that name.</summary>
    /// <exception cref="Refusal">There is none.</exception>
    public SessionBackend Find(string name) => _all.Find(backend => backend.Name == name) ?? throw Refusal.NoSuch("backend", name, Names);

    /// <summary>Starts one more, and lets the balancer pick it.</summary>
    /// <exception cref="Refusal">A backend has, or had, that name; or the system has no room for one more.</exception>
    public Task<SessionBackend> AddAsync(BodyReading<BackendRequest> reading) => _changes.MakeAsync(async () =>
    {
        var request = reading.Value ?? throw new ArgumentException("what could not be read cannot join", nameof(reading));
        var name = request.Spec.Name.Length > 0 ? request.Spec.Name : FreeName();
        if (_everyName.Contains(name))
        {
            throw new Refusal(RefusalKind.Conflict, $"a backend called '{name}' is in this session, or was; give it another name");
        }

        var written = WrittenBackend.Of(reading, name);
        var (member, pooled) = await _world.AddAsync(written.Spec).ConfigureAwait(false);
        var added = new SessionBackend(written, member, pooled);
        _everyName = _everyName.Add(name);
        _all = _all.Add(added);
        _journal.Join(written, _world.Now);
        Note(added, "joined", $"{name} joins, weight {Number(pooled.Weight)}");
        return added;
    });

    /// <summary>Changes what of a backend may change while it serves: weight, latency, jitter, errors, concurrency, queue.</summary>
    /// <param name="name">Of the backend.</param>
    /// <param name="change">Those that change.</param>
    /// <returns>Why there was nothing to do; null when it was done.</returns>
    /// <exception cref="Refusal">There is no such backend, or it cannot be so.</exception>
    public Task<string?> ChangeAsync(string name, BodyReading<NoRequest> change) => _changes.MakeAsync(() =>
    {
        var backend = Find(name);
        var (written, problems) = backend.Written.With(change.Written);
        if (written is null)
        {
            throw new Refusal(RefusalKind.Invalid, string.Join('\n', problems));
        }

        if (written.Spec == backend.Written.Spec)
        {
            return Task.FromResult<string?>($"{name} is so already: {backend.Written}");
        }

        backend.Member.Change(written.Spec);
        if (written.Spec.Weight != backend.Written.Spec.Weight)
        {
            _world.Pool!.SetWeight(backend.Pooled, written.Spec.Weight, _world.Now);
            _journal.SetWeight(name, written.Spec.Weight, _world.Now);
        }

        var changed = backend with { Written = written };
        _all = _all.Replace(backend, changed);
        if (written.Spec with { Weight = 0 } != backend.Written.Spec with { Weight = 0 })
        {
            _journal.Note(_world.Now, $"backend {name} was set to {written}; below it is as it was at first");
        }

        Note(changed, "changed", $"{name} is now {written}");
        return Task.FromResult<string?>(null);
    });

    /// <summary>Takes one out. What is in flight on it goes on.</summary>
    /// <exception cref="Refusal">There is no such backend, it is the last one, or a fault acts on it.</exception>
    public Task RemoveAsync(string name, SessionFaults faults) => _changes.MakeAsync(async () =>
    {
        var backend = Find(name);
        if (_all.Count == 1)
        {
            throw new Refusal(RefusalKind.Conflict, $"'{name}' is the last backend, and a balancer needs one; add another one first");
        }

        // A drain is how one that serves is taken out: it ends with it.
        var acting = faults.All.Where(fault => fault.Backends.Contains(name)).ToArray();
        if (acting.FirstOrDefault(fault => fault.Backends.Length > 1 || fault.Fault.Effect is not ActionEffect { Action: BackendAction.Drain }) is { } other)
        {
            throw new Refusal(RefusalKind.Conflict, $"fault '{other.Name}' acts on {name}; remove it first");
        }

        _all = _all.Remove(backend);
        _world.Remove(backend.Member, backend.Pooled);
        foreach (var drain in acting)
        {
            await faults.EndAsync(drain).ConfigureAwait(false);
        }

        _journal.Leave(name, _world.Now);
        Note(backend, "left", $"{name} leaves");
    });

    internal void Begin(ImmutableArray<WrittenBackend> written)
    {
        _all =
        [
            .. written.Zip(_world.Members, (backend, member) =>
                new SessionBackend(backend, member, _world.Pool!.Backends.First(pooled => pooled.Name == member.Name))),
        ];
        _everyName = [.. Names];
    }

    private string FreeName() => Enumerable.Range(1, int.MaxValue).Select(number => $"b{number}").First(name => !_everyName.Contains(name));

    private void Note(SessionBackend backend, string what, string text) =>
        _world.Recording.Events.Note(new RunEvent(_world.Now, _world.Now, RunEventKind.Membership, what, text) { Backend = backend.Index });

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
