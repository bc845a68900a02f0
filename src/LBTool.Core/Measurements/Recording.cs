namespace LBTool.Core.Measurements;

/// <summary>
/// All that a world writes down during a run: three views of the same traffic, each from the place that knows it.
/// <code>
///   client ──────────► balancer ──────────► backend
///   Requests            Leases              Attempts, Findings
/// </code>
/// </summary>
/// <param name="packs">Whether records are packed; for one thread only, see <see cref="RecordLog{T}"/>.</param>
public sealed class Recording(bool packs = false)
{
    /// <summary>Requests that ended, as their clients saw them.</summary>
    public RecordLog<RequestRecord> Requests { get; } = new(packs);

    /// <summary>Leases that ended, as the balancer saw them.</summary>
    public RecordLog<LeaseRecord> Leases { get; } = new(packs);

    /// <summary>Arrivals at the backends.</summary>
    public RecordLog<AttemptRecord> Attempts { get; } = new(packs);

    /// <summary>What backends with a cache or with sessions found there.</summary>
    public RecordLog<FindingRecord> Findings { get; } = new(packs);

    /// <summary>What happened so far besides the traffic.</summary>
    public EventBook Events { get; } = new();

    /// <summary>Arrivals after warm-up that the schedule wanted sent by now.</summary>
    public long Scheduled => Interlocked.Read(ref _scheduled);

    /// <summary>Arrivals after warm-up that were not sent because the driver had too many requests open.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    private long _scheduled;
    private long _dropped;

    /// <summary>Counts an arrival of the schedule; those in the warm-up are not counted.</summary>
    public void CountScheduled() => Interlocked.Increment(ref _scheduled);

    /// <summary>Counts an arrival that was given up unsent.</summary>
    public void CountDropped() => Interlocked.Increment(ref _dropped);

    /// <summary>Gives back the memory of what was recorded so far, for sessions that last; see <see cref="RecordLog{T}.Forget"/>.</summary>
    public void ForgetAll()
    {
        Requests.Forget(Requests.Count);
        Leases.Forget(Leases.Count);
        Attempts.Forget(Attempts.Count);
        Findings.Forget(Findings.Count);
    }
}
