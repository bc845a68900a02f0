using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

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
public sealed class HealthBoard(Pool pool, HealthRules rules, EventBook events, Func<TimeSpan> clock)
{
    private readonly Lock _changing = new();
    private readonly BoardEvents _notes = new(events, clock);
    private readonly LatencyOutliers? _outliers = rules.Passive?.LatencyFactor is null ? null : new LatencyOutliers(rules.Passive);
    private volatile WatchedBackend?[] _members = [];
    private volatile bool _panics;
    private volatile int _trials;

    /// <summary>
    /// Told when <see cref="Advance"/> has something to do, by the one who changed something. Whoever keeps the time of the
    /// run calls it then. Needed with passive checks only.
    /// </summary>
    public Action<TimeSpan>? Due { get; init; }

    /// <summary>Whether so few are well that all are used.</summary>
    public bool Panics => _panics;

    /// <summary>The state of a backend.</summary>
    public BackendState StateOf(Backend backend) => MemberOf(backend).State;

    /// <summary>Plans what happens by itself; once, at time 0.</summary>
    public void Begin()
    {
        if (_outliers is not null)
        {
            Due?.Invoke(_outliers.Next);
        }
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
    }

    /// <summary>A request has ended. Costs nothing worth mentioning, and takes no lock, as long as it went well.</summary>
    /// <param name="backend">Where it went.</param>
    /// <param name="outcome">How its lease ended.</param>
    /// <param name="status">HTTP status of the backend's answer; 0 when there was none.</param>
    /// <param name="latency">How long the lease lasted.</param>
    /// <param name="now">Time of the run.</param>
    public void ObserveLease(Backend backend, LeaseOutcome outcome, int status, TimeSpan latency, TimeSpan now)
    {
        if (rules.Passive is not { } passive)
        {
            return;
        }

        var member = MemberOf(backend);
        var passed = passive.Judge(outcome, status);
        if (member.Trial == Trial.Running && now - latency >= member.TrialStart)
        {
            EndTrial(member, passed, outcome, now);
        }
        else if (passed == true)
        {
            member.Requests!.Pass(latency, now);
        }
        else if (passed == false && member.Requests!.Fail(latency, outcome == LeaseOutcome.Timeout, now) is { } reason)
        {
            Eject(member, reason, now);
        }
    }

    /// <summary>Lets this request be the trial of an ejected backend whose time is over, if there is one.</summary>
    /// <param name="now">Time of the run.</param>
    /// <param name="lease">The lease; end it exactly once, and let <see cref="ObserveLease"/> know.</param>
    /// <returns>False when no trial is awaited, as nearly always.</returns>
    public bool TryTakeTrial(TimeSpan now, out Lease lease)
    {
        lease = default;
        return _trials > 0 && TakeTrial(now, out lease);
    }

    /// <summary>Does what is due: ends ejections, compares latencies.</summary>
    /// <param name="now">Time of the run.</param>
    public void Advance(TimeSpan now)
    {
        lock (_changing)
        {
            foreach (var member in Members().Where(member => member.Trial == Trial.None && member.Ejections?.Until <= now))
            {
                EndEjection(member, now);
            }

            if (_outliers?.Next <= now)
            {
                foreach (var (member, reason) in _outliers.Find(Members().Where(member => member.IsWell), now))
                {
                    Eject(member, reason, now);
                }

                Due?.Invoke(_outliers.Next);
            }
        }
    }

    private void EndEjection(WatchedBackend member, TimeSpan now)
    {
        var until = member.Ejections!.Until!.Value;
        if (rules.Passive!.Return == ReturnBy.AtOnce)
        {
            Readmit(member, now);
            Settle(member, until, "its time is over");
        }
        else
        {
            member.Trial = Trial.Awaited;
            CountTrials();
        }
    }

    private bool TakeTrial(TimeSpan now, out Lease lease)
    {
        lock (_changing)
        {
            var member = Members().FirstOrDefault(member => member is { Trial: Trial.Awaited, State: BackendState.Ejected });
            lease = member is null ? default : pool.TakeAnyway(member.Backend, now);
            if (member is not null)
            {
                member.TrialStart = lease.Start;
                member.Trial = Trial.Running;
                CountTrials();
            }

            return member is not null;
        }
    }

    // Who went away said nothing about the backend: the next request is the trial.
    private void EndTrial(WatchedBackend member, bool? passed, LeaseOutcome outcome, TimeSpan now)
    {
        lock (_changing)
        {
            if (member.Trial != Trial.Running)
            {
                return;
            }

            member.Trial = passed is null ? Trial.Awaited : Trial.None;
            if (passed == true)
            {
                Readmit(member, now);
                Settle(member, now, "its trial request went well");
            }
            else if (passed == false)
            {
                _notes.State(member, now, $"its trial request failed ({outcome}); for {Durations.Format(BeginEjection(member, now))}");
            }

            CountTrials();
        }
    }

    private void Eject(WatchedBackend member, string reason, TimeSpan now)
    {
        lock (_changing)
        {
            if (!member.IsWell)
            {
                return;
            }

            var wanted = Members().Where(other => other.Admin == AdminState.Ready).ToArray();
            var ejected = wanted.Count(other => other.IsEjected);
            if (ejected + 1 > Math.Max(1, (int)(rules.Passive!.MaxEjected * wanted.Length)))
            {
                _notes.Spared(member, reason, ejected, now);
            }
            else
            {
                var length = BeginEjection(member, now);
                Settle(member, now, $"{reason}; for {Durations.Format(length)}");
            }
        }
    }

    private TimeSpan BeginEjection(WatchedBackend member, TimeSpan now)
    {
        var length = member.Ejections!.Begin(now);
        member.Requests!.Forget();
        Due?.Invoke(member.Ejections.Until!.Value);
        return length;
    }

    private void Readmit(WatchedBackend member, TimeSpan now)
    {
        member.Ejections!.End(now);
        member.Trial = Trial.None;
        foreach (var other in Members())
        {
            other.WasSpared = false;
        }
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
        return all.Count(member => member.IsWell) < rules.PanicThreshold * wanted;
    }

    private bool MayBePicked(WatchedBackend member) => member.IsWell || (_panics && member.Admin == AdminState.Ready);

    private void Publish(WatchedBackend[] all)
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

    private void CountTrials() =>
        _trials = rules.Passive is null ? 0 : Members().Count(member => member is { Trial: Trial.Awaited, State: BackendState.Ejected });

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
