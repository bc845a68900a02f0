using LBTool.Core.Balancing;
using LBTool.Core.Measurements;

namespace LBTool.Core.Health;

/// <summary>
/// Knows of every backend of one pool how it is, and keeps those out of the pool that should get nothing: the only one
/// that says whether a backend is available. People, probes and the outcome of requests each have their say:
/// <code>
///   disabled, drained, draining   people      always out
///   down                          probes      out, unless there is panic
///   ejected                       requests    out, unless there is panic, but for one request as a trial
///   up, unknown                               in
/// </code>
/// There is panic (Envoy's panic threshold) when so few are well that the rest would break under the load of all: then
/// everybody is used whom people have not taken out.
/// </summary>
/// <remarks>
/// For any number of threads. Every change is an event whose stamp no lease contradicts: what is taken out is noted
/// afterwards, what comes in is noted before, and no lease on it starts earlier.
/// </remarks>
/// <param name="pool">Whose backends they are.</param>
/// <param name="rules">When a backend is well.</param>
/// <param name="events">Where changes are written down.</param>
/// <param name="clock">Time of the run.</param>
public sealed partial class HealthBoard(Pool pool, HealthRules rules, EventBook events, Func<TimeSpan> clock)
{
    // A share of a number of backends may be a little off, as 58 % of 50: that makes none more or less.
    private const double Rounding = 1e-9;

    private readonly Lock _changing = new();
    private readonly BoardEvents _notes = new(events, clock);
    private volatile WatchedBackend?[] _members = [];
    private volatile bool _panics;

    // Whether the pool has changed since who waits for it was told.
    private volatile bool _published;

    /// <summary>Whether so few are well that all are used.</summary>
    public bool Panics => _panics;

    /// <summary>The state of a backend.</summary>
    public BackendState StateOf(Backend backend) => MemberOf(backend).State;

    /// <summary>People say what they want with a backend.</summary>
    /// <param name="backend">A member of the pool.</param>
    /// <param name="state">What they want.</param>
    /// <param name="now">Time of the run.</param>
    /// <param name="why">In words, for the event; null when the state says it all.</param>
    /// <param name="leavesSessions">Whether one that is not ready still gets the requests of its sessions, as long as it is well otherwise.</param>
    /// <returns>False when it was so already.</returns>
    public bool SetAdmin(Backend backend, AdminState state, TimeSpan now, string? why = null, bool leavesSessions = false)
    {
        var member = MemberOf(backend);
        lock (_changing)
        {
            if (member.Admin == state && member.IsLeftSessions == leavesSessions)
            {
                return false;
            }

            (member.Admin, member.IsLeftSessions) = (state, leavesSessions);
            Settle(member, now, why);
        }

        TellFreed();
        return true;
    }

    /// <summary>Somebody has added members to the pool, or removed some: who should get nothing does not, and panic is judged anew.</summary>
    /// <param name="now">Time of the run.</param>
    public void MembersChanged(TimeSpan now)
    {
        lock (_changing)
        {
            if (Members() is [var any, ..])
            {
                Settle(any, now, null);
            }
        }

        TellFreed();
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
                _notes.Probe(backend, result, intended, now);
            }

            var readmits = result.Passed && member.IsEjected && rules.Passive!.ProbesReadmit;
            if (readmits)
            {
                Readmit(member, now);
            }

            var isFirst = member.Probes.IsUp is null;
            if (member.Probes.Observe(result.Passed))
            {
                Settle(member, now, isFirst ? $"its first probe {result}" : $"{(result.Passed ? rules.Active!.Rise : rules.Active!.Fall)} in a row {result}");
            }
            else if (readmits)
            {
                Settle(member, now, $"a probe {result}");
            }
        }

        TellFreed();
    }

    // What can be picked from now on is noted before it is, anything else afterwards: see the remarks above.
    private void Settle(WatchedBackend member, TimeSpan intended, string? why)
    {
        var state = member.Judge();
        var changes = state != member.State;
        member.State = state;
        var all = Members();
        var panicked = _panics;
        _panics = IsPanic(all);
        var staysIn = MayBePicked(member);
        if (changes && staysIn)
        {
            _notes.State(member, intended, why);
        }

        if (_panics && !panicked)
        {
            _notes.Panic(RunEventKind.PanicStart, all, intended);
        }

        Publish(all);
        if (changes && !staysIn)
        {
            _notes.State(member, intended, why);
        }

        if (panicked && !_panics)
        {
            _notes.Panic(RunEventKind.PanicEnd, all, intended);
        }

        CountTrials();
    }

    private bool IsPanic(WatchedBackend[] all)
    {
        var wanted = all.Count(member => member.Admin == AdminState.Ready);
        return all.Count(member => member.IsWell) < (rules.PanicThreshold * wanted) - Rounding;
    }

    private bool MayBePicked(WatchedBackend member) => member.IsWell || (_panics && member.Admin == AdminState.Ready);

    private void Publish(WatchedBackend[] all)
    {
        foreach (var member in all)
        {
            var (mayBePicked, keepsSessions) = (MayBePicked(member), member.KeepsSessions);
            if (member.Backend.IsAvailable != mayBePicked || member.Backend.TakesSessions != (mayBePicked || keepsSessions))
            {
                pool.SetAccess(member.Backend, mayBePicked, keepsSessions, clock());
                _published = true;
            }
        }
    }

    // Who waits is served when the lock is free: that may end in somebody's asking for a lock of their own, such as that
    // of the drains, which call the board while they hold it.
    private void TellFreed()
    {
        if (_published && !_changing.IsHeldByCurrentThread)
        {
            _published = false;
            pool.TellFreed(clock());
        }
    }

    private WatchedBackend[] Members() => [.. pool.Backends.Select(MemberOf)];

    private WatchedBackend MemberOf(Backend backend) =>
        backend.Index < _members.Length && _members[backend.Index] is { } member ? member : AddMember(backend);

    private WatchedBackend AddMember(Backend backend)
    {
        lock (_changing)
        {
            var members = _members;
            Array.Resize(ref members, Math.Max(members.Length, backend.Index + 1));
            var added = members[backend.Index] ??= new WatchedBackend(backend, rules);
            _members = members;
            return added;
        }
    }
}
