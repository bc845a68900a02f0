using System.Collections.Immutable;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Randomness;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Core.Sessions;
using LBTool.Live.Timing;

namespace LBTool.Live.Sessions;

/// <summary>The faults that act in a session. Each has a name, begins at once, and ends when its time is over or it is removed.</summary>
public sealed class SessionFaults
{
    private readonly LiveWorld _world;
    private readonly SessionBackends _backends;
    private readonly Journal _journal;
    private readonly Changes _changes;
    private readonly RandomStream _draws;
    private readonly CancellationTokenSource _over = new();
    private volatile ImmutableList<ActiveFault> _active = [];

    internal SessionFaults(LiveWorld world, SessionBackends backends, Journal journal, Changes changes, RandomStream draws) =>
        (_world, _backends, _journal, _changes, _draws) = (world, backends, journal, changes, draws);

    /// <summary>Those that act now, in the order in which they began.</summary>
    public IReadOnlyList<ActiveFault> All => _active;

    /// <summary>Begins a fault.</summary>
    /// <exception cref="Refusal">It cannot begin; nothing has changed.</exception>
    public Task<ActiveFault> AddAsync(BodyReading<FaultRequest> request) => _changes.MakeAsync(() => BeginAsync(request));

    /// <summary>Ends a fault.</summary>
    /// <exception cref="Refusal">None of that name acts.</exception>
    public Task RemoveAsync(string name) => _changes.MakeAsync(() =>
        EndAsync(_active.Find(fault => fault.Name == name) ?? throw Refusal.NoSuch("fault", name, _active.Select(fault => fault.Name))));

    /// <summary>Ends all faults, last begun first.</summary>
    public Task ClearAsync() => _changes.MakeAsync(EndAllAsync);

    /// <summary>Begins a fault as a part of a change that is being made.</summary>
    internal async Task<ActiveFault> BeginAsync(BodyReading<FaultRequest> reading)
    {
        var request = reading.Value ?? throw new ArgumentException("what could not be read cannot begin", nameof(reading));
        var fault = Named(request);
        Check(request, fault);
        var names = _backends.Names;
        var places = Planner.Choose(fault.Target, names, _draws);
        ImmutableArray<string> hit = [.. places.Select(place => names[place])];
        CheckApart(fault, hit);

        var planned = new PlannedFault(fault.Name, _world.Now, TimeSpan.MaxValue, [.. hit.Select(name => _backends.Find(name).Index)], fault.Effect);
        await BeginAsync(planned).ConfigureAwait(false);
        var active = new ActiveFault(fault, reading.Written, hit, planned, _world.Now);
        _active = _active.Add(active);
        _journal.Begin(fault, reading.Written, hit, active.StartedAt);
        Note(RunEventKind.FaultStart, active, FaultText.Begins(fault.Name, fault.Effect, hit));
        await LetEndAsync(active).ConfigureAwait(false);
        return active;
    }

    /// <summary>Ends a fault as a part of a change that is being made.</summary>
    internal async Task EndAsync(ActiveFault fault)
    {
        await _world.EndAsync(fault.Planned).ConfigureAwait(false);
        _active = _active.Remove(fault);
        _journal.End(fault.Name, _world.Now);
        Note(RunEventKind.FaultEnd, fault, $"{fault.Name} ends");
    }

    /// <summary>Ends all faults as a part of a change that is being made.</summary>
    internal async Task EndAllAsync()
    {
        foreach (var fault in _active.Reverse())
        {
            await EndAsync(fault).ConfigureAwait(false);
        }
    }

    /// <summary>No fault ends by itself any more: the session is over.</summary>
    internal void Abandon() => _over.Cancel();

    private Fault Named(FaultRequest request) => request.Fault.Name.Length > 0
        ? request.Fault
        : request.Fault with { Name = FreeName($"{KindOf(request.Fault.Effect)}-{WordFor(request.Fault.Target)}") };

    private string FreeName(string wanted)
    {
        var name = wanted;
        for (var number = 2; _active.Any(fault => fault.Name == name); number++)
        {
            name = $"{wanted}-{number}";
        }

        return name;
    }

    private void Check(FaultRequest request, Fault fault)
    {
        var (problems, allowed) = request.Check(_backends.Names, _world.IsExternal, _world.Protocol);
        if (!problems.IsEmpty)
        {
            throw new Refusal(RefusalKind.Invalid, string.Join('\n', problems), allowed);
        }

        if (_active.Any(other => other.Name == fault.Name))
        {
            throw new Refusal(RefusalKind.Conflict, $"a fault called '{fault.Name}' acts already; remove it first, or give this one another name");
        }
    }

    // As in a scenario: which of them would undo it?
    private void CheckApart(Fault fault, ImmutableArray<string> hit)
    {
        var action = (fault.Effect as ActionEffect)?.Action;
        foreach (var other in _active.Where(other => action is not null && (other.Fault.Effect as ActionEffect)?.Action == action))
        {
            if (other.Backends.Intersect(hit).FirstOrDefault() is { } shared)
            {
                throw new Refusal(RefusalKind.Conflict, $"the same action acts on {shared} already: '{other.Name}'; remove that first");
            }
        }
    }

    private async Task BeginAsync(PlannedFault planned)
    {
        // One backend after the other, so that exactly those are undone on which it began.
        for (var done = 0; done < planned.Backends.Length; done++)
        {
            try
            {
                await _world.BeginAsync(planned with { Backends = [planned.Backends[done]] }).ConfigureAwait(false);
            }
            catch (WorldException impossible)
            {
                await _world.EndAsync(planned with { Backends = planned.Backends[..done] }).ConfigureAwait(false);
                throw new Refusal(RefusalKind.Impossible, impossible.Message);
            }
        }
    }

    // A restart is over when it has happened.
    private Task LetEndAsync(ActiveFault fault)
    {
        if (fault.Fault.Effect is ActionEffect { Action: BackendAction.Restart })
        {
            return EndAsync(fault);
        }

        if (fault.Fault.For is { } lasting)
        {
            _ = EndInTimeAsync(fault, lasting);
        }

        return Task.CompletedTask;
    }

    private async Task EndInTimeAsync(ActiveFault fault, TimeSpan lasting)
    {
        try
        {
            await PreciseTimer.Shared.DelayAsync(lasting, _over.Token).ConfigureAwait(false);
            await _changes.MakeAsync(() => _active.Contains(fault) ? EndAsync(fault) : Task.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // The session has ended, and all its faults with it.
        }
        catch (WorldException failure)
        {
            _world.Recording.Events.Note(new RunEvent(_world.Now, _world.Now, RunEventKind.FaultEnd, fault.Name, $"{fault.Name} could not be ended: {failure.Message}"));
        }
    }

    private void Note(RunEventKind kind, ActiveFault fault, string text) =>
        _world.Recording.Events.Note(new RunEvent(_world.Now, _world.Now, kind, fault.Name, text)
        {
            Backend = fault.Planned.Backends is [var only] ? only : -1,
        });

    private static string KindOf(FaultEffect effect) => effect switch
    {
        ToxicEffect toxic => toxic.Type,
        ActionEffect action => ActionTable.Of(action.Action).Name,
        _ => "http",
    };

    private static string WordFor(FaultTarget target) => target switch
    {
        NamedBackends { Names: [var only] } => only,
        NamedBackends named => $"{named.Names.Length}-backends",
        SomeBackends { Count: 1 } => "one",
        SomeBackends some => $"{some.Count}-backends",
        ShareOfBackends { Share: 1 } => "all",
        _ => "some",
    };
}
