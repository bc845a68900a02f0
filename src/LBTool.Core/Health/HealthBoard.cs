using LBTool.Core.Balancing;
using LBTool.Core.Measurements;

namespace LBTool.Core.Health;

/// <summary>
/// Knows of every backend of one pool how it is, and keeps those out of the pool that should get nothing: the only one
/// that says whether a backend is available. Probes, the outcome of requests and people each have their say:
/// <code>
///   disabled, drained, draining   people      always out
///   down                          probes      out, unless there is panic
///   ejected                       requests    out, unless there is panic
///   up, unknown                               in
/// </code>
/// Panic (Envoy's panic threshold, HAProxy's and nginx' last resort in milder form) is when so few are well that the rest
/// would break under the load of all: then everybody is used whom people have not taken out.
/// </summary>
/// <remarks>
/// For any number of threads. Every change is an event whose stamp no lease contradicts: what is taken out is noted
/// afterwards, what comes in is noted before, and no lease on it starts earlier.
/// </remarks>
/// <param name="pool">Whose backends they are.</param>
/// <param name="rules">When a backend is well.</param>
/// <param name="events">Where changes are written down.</param>
/// <param name="clock">Time of the run.</param>
public sealed class HealthBoard(Pool pool, HealthRules rules, EventBook events, Func<TimeSpan> clock)
{
    private readonly Lock _changing = new();
    private volatile Member?[] _members = [];
    private volatile bool _panics;

    /// <summary>Whether so few are well that all are used.</summary>
    public bool Panics => _panics;

    /// <summary>When <see cref="Advance"/> has something to do; null when nothing is planned.</summary>
    public TimeSpan? NextDue => null;

    /// <summary>The state of a backend.</summary>
    public BackendState StateOf(Backend backend) => MemberOf(backend).State;

    /// <summary>Does what is due.</summary>
    /// <param name="now">Time of the run.</param>
    public void Advance(TimeSpan now)
    {
    }

    /// <summary>People say what they want with a backend.</summary>
    /// <param name="backend">A member of the pool.</param>
    /// <param name="state">What they want.</param>
    /// <param name="now">Time of the run.</param>
    /// <param name="why">In words, for the event; null when the state says it all.</param>
    /// <returns>False when it was so already.</returns>
    public bool SetAdmin(Backend backend, AdminState state, TimeSpan now, string? why = null)
    {
        var member = MemberOf(backend);
        lock (_changing)
        {
            if (member.Admin == state)
            {
                return false;
            }

            member.Admin = state;
            Settle(member, now, why);
            return true;
        }
    }

    /// <summary>A probe has ended.</summary>
    /// <param name="backend">Whom it asked.</param>
    /// <param name="result">What it found.</param>
    /// <param name="intended">When it was to begin.</param>
    /// <param name="now">Time of the run.</param>
    public void ObserveProbe(Backend backend, ProbeResult result, TimeSpan intended, TimeSpan now)
    {
        var member = MemberOf(backend);
        lock (_changing)
        {
            if (member.LastProbePassed != result.Passed)
            {
                member.LastProbePassed = result.Passed;
                events.Note(new RunEvent(intended, now, RunEventKind.Probe, result.Passed ? "passed" : "failed", $"probe of {backend.Name} {(result.Passed ? "passed" : "failed")}: {result.Text}")
                {
                    Backend = backend.Index,
                });
            }

            if (member.Probes.Observe(result.Passed))
            {
                Settle(member, now, $"probe {(result.Passed ? "passed" : "failed")}: {result.Text}");
            }
        }
    }

    private Member MemberOf(Backend backend) =>
        backend.Index < _members.Length && _members[backend.Index] is { } member ? member : AddMember(backend);

    private Member AddMember(Backend backend)
    {
        lock (_changing)
        {
            var members = _members;
            Array.Resize(ref members, Math.Max(members.Length, backend.Index + 1));
            var added = members[backend.Index] ??= new Member(backend, rules);
            _members = members;
            return added;
        }
    }

    // What can be picked from now on is noted before it is, anything else afterwards: see the remarks above.
    private void Settle(Member member, TimeSpan intended, string? why)
    {
        var state = member.Judge();
        var changed = state != member.State;
        member.State = state;
        var pooled = pool.Backends;
        var panicked = _panics;
        var all = pooled.Select(MemberOf).ToArray();
        _panics = IsPanic(all);
        var stays = MayBePicked(member);
        if (changed && stays)
        {
            NoteState(member, intended, why);
        }

        if (_panics && !panicked)
        {
            NotePanic(RunEventKind.PanicStart, all, intended);
        }

        Publish(all);
        if (changed && !stays)
        {
            NoteState(member, intended, why);
        }

        if (panicked && !_panics)
        {
            NotePanic(RunEventKind.PanicEnd, all, intended);
        }
    }

    private bool IsPanic(Member[] all)
    {
        var wanted = all.Count(member => member.Admin == AdminState.Ready);
        return all.Count(member => member.IsWell) < rules.PanicThreshold * wanted;
    }

    private bool MayBePicked(Member member) => member.IsWell || (_panics && member.Admin == AdminState.Ready);

    private void Publish(Member[] all)
    {
        foreach (var member in all)
        {
            var mayBePicked = MayBePicked(member);
            if (member.Backend.IsAvailable != mayBePicked)
            {
                pool.SetAvailable(member.Backend, mayBePicked, clock());
            }
        }
    }

    private void NoteState(Member member, TimeSpan intended, string? why)
    {
        var name = BackendStates.NameOf(member.State);
        events.Note(new RunEvent(intended, clock(), RunEventKind.StateChange, name, $"{member.Backend.Name} is {name}{(why is null ? "" : $": {why}")}")
        {
            Backend = member.Backend.Index,
        });
    }

    private void NotePanic(RunEventKind kind, Member[] all, TimeSpan intended)
    {
        var well = $"{all.Count(member => member.IsWell)} of {all.Length} backends are well";
        var (name, text) = kind == RunEventKind.PanicStart ? ("begins", $"panic begins: {well}, so all are used") : ("ends", $"panic ends: {well}");
        events.Note(new RunEvent(intended, clock(), kind, name, text));
    }

    /// <summary>What is known of one backend. Changed under the board's lock only.</summary>
    private sealed class Member(Backend backend, HealthRules rules)
    {
        private volatile BackendState _state = rules.Active is null ? BackendState.Up : BackendState.Unknown;

        public Backend Backend => backend;

        public FallRise Probes { get; } = new(rules.Active?.Fall ?? 1, rules.Active?.Rise ?? 1);

        public bool? LastProbePassed { get; set; }

        public AdminState Admin { get; set; }

        /// <summary>The state as it was last made known.</summary>
        public BackendState State
        {
            get => _state;
            set => _state = value;
        }

        public bool IsWell => State is BackendState.Up or BackendState.Unknown;

        public BackendState Judge() => Admin switch
        {
            AdminState.Draining => BackendState.Draining,
            AdminState.Drained => BackendState.Drained,
            AdminState.Disabled => BackendState.Disabled,
            _ when Probes.IsUp == false => BackendState.Down,
            _ when rules.Active is not null && Probes.IsUp is null => BackendState.Unknown,
            _ => BackendState.Up,
        };
    }
}
