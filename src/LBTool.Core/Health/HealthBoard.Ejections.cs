using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Health;

// What requests have to say: who is ejected, for how long, and how it comes back.
public sealed partial class HealthBoard
{
    private readonly LatencyOutliers? _outliers = rules.Passive?.LatencyFactor is null ? null : new LatencyOutliers(rules.Passive);

    // How many ejected backends await their trial: looked at by every request.
    private volatile int _trials;

    /// <summary>
    /// Told when <see cref="Advance"/> has something to do, by the one who changed something. Whoever keeps the time of the
    /// run calls it then. Needed with passive checks only.
    /// </summary>
    public Action<TimeSpan>? Due { get; init; }

    /// <summary>Plans what happens by itself; once, at time 0.</summary>
    public void Begin()
    {
        if (_outliers is not null)
        {
            Due?.Invoke(_outliers.Next);
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
            EndTrial(member, passed, outcome == LeaseOutcome.Ok ? $"status {status}" : $"{outcome}", now);
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
    /// <param name="owner">The backend that has the request's session, which can be tried by it; null: any can, since it has none to lose.</param>
    /// <param name="now">Time of the run.</param>
    /// <param name="lease">The lease; end it exactly once, and let <see cref="ObserveLease"/> know.</param>
    /// <returns>False when no trial is awaited, as nearly always.</returns>
    public bool TryTakeTrial(Backend? owner, TimeSpan now, out Lease lease)
    {
        lease = default;
        return _trials > 0 && TakeTrial(owner, now, out lease);
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

        TellFreed();
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

    private bool TakeTrial(Backend? owner, TimeSpan now, out Lease lease)
    {
        lock (_changing)
        {
            var member = Members().FirstOrDefault(member =>
                member is { Trial: Trial.Awaited, State: BackendState.Ejected } && (owner is null || owner == member.Backend));
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
    private void EndTrial(WatchedBackend member, bool? passed, string how, TimeSpan now)
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
                // Probes or people may have taken it out meanwhile.
                var length = BeginEjection(member, now);
                if (member.State == BackendState.Ejected)
                {
                    _notes.State(member, now, $"its trial request failed ({how}); for {Durations.Format(length)}");
                }
            }

            CountTrials();
        }

        TellFreed();
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
            if (ejected + 1 > Math.Max(1, (int)((rules.Passive!.MaxEjected * wanted.Length) + Rounding)))
            {
                _notes.Spared(member, reason, ejected, now);
            }
            else
            {
                var length = BeginEjection(member, now);
                Settle(member, now, $"{reason}; for {Durations.Format(length)}");
            }
        }

        TellFreed();
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

    private void CountTrials() =>
        _trials = rules.Passive is null ? 0 : Members().Count(member => member is { Trial: Trial.Awaited, State: BackendState.Ejected });
}
