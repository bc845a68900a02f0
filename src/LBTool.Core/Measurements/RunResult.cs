using System.Collections.Immutable;
using LBTool.Core.Plans;

namespace LBTool.Core.Measurements;

/// <summary>What one run measured: immutable, and all that judging and reporting need.</summary>
/// <param name="Plan">What was to happen, with scenario and seed.</param>
/// <param name="Version">The lbtool that ran it.</param>
/// <param name="StartedAt">Wall-clock time at which the run began.</param>
/// <param name="Length">Measured length of the load; shorter than planned when the run ended early.</param>
/// <param name="End">Why the run ended.</param>
/// <param name="EndReason">In words, when it did not complete; else null.</param>
/// <param name="Events">What happened, in order of time.</param>
/// <param name="Requests">Every request of the run, warm-up included, in order of intended time.</param>
/// <param name="Leases">Every lease, in order of start; empty when the balancer is not ours.</param>
/// <param name="Attempts">Every arrival at a backend, in order of time.</param>
/// <param name="Scheduled">Arrivals after warm-up that the schedule wanted.</param>
/// <param name="Dropped">Those of them given up unsent.</param>
public sealed record RunResult(
    RunPlan Plan,
    string Version,
    DateTimeOffset StartedAt,
    TimeSpan Length,
    RunEnd End,
    string? EndReason,
    ImmutableArray<RunEvent> Events,
    RecordList<RequestRecord> Requests,
    RecordList<LeaseRecord> Leases,
    RecordList<AttemptRecord> Attempts,
    long Scheduled,
    long Dropped)
{
    /// <summary>What backends with a cache or with sessions found there, in order of time.</summary>
    public RecordList<FindingRecord> Findings { get; init; } = [];
}

/// <summary>Why a run ended.</summary>
public enum RunEnd
{
    /// <summary>The load ran to its end.</summary>
    Completed,

    /// <summary>An expectation with <c>abort: true</c> was violated.</summary>
    Aborted,

    /// <summary>Ctrl-C or SIGTERM.</summary>
    Interrupted,

    /// <summary>The environment did not allow it, or lbtool itself failed.</summary>
    Failed,
}

/// <summary>Something that happened in a run.</summary>
/// <param name="Intended">When it was to happen.</param>
/// <param name="At">When it did.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The fault that it belongs to, or the name of what happened.</param>
/// <param name="Text">In words, for people.</param>
public sealed record RunEvent(TimeSpan Intended, TimeSpan At, RunEventKind Kind, string Name, string Text)
{
    private readonly TimeSpan? _since;

    /// <summary>When it began to happen: before <see cref="At"/> where it takes a moment, as beginning and ending a fault may.</summary>
    public TimeSpan Since
    {
        get => _since ?? At;
        init => _since = value == At ? null : value;
    }

    /// <summary>Index of the backend that it is about; −1 when it is about none or several.</summary>
    public int Backend { get; init; } = -1;
}

/// <summary>Kinds of event.</summary>
public enum RunEventKind
{
    /// <summary>The load began.</summary>
    LoadStart,

    /// <summary>The load ended.</summary>
    LoadEnd,

    /// <summary>A fault began to act.</summary>
    FaultStart,

    /// <summary>A fault was taken back.</summary>
    FaultEnd,

    /// <summary>The run was ended early.</summary>
    Abort,

    /// <summary>A step of a backend's drain; the event's name is the step: started, deadline, drained, ended, ignored.</summary>
    Drain,

    /// <summary>A backend's first probe has ended, or the first one that ended otherwise than the one before.</summary>
    Probe,

    /// <summary>A backend has another state; the event's name is that state's, see <see cref="Health.BackendStates"/>.</summary>
    StateChange,

    /// <summary>A backend would have been ejected, but too many are already.</summary>
    Spared,

    /// <summary>So few backends are well that all are used.</summary>
    PanicStart,

    /// <summary>Enough backends are well again.</summary>
    PanicEnd,

    /// <summary>A backend of a session joined, left, or was changed.</summary>
    Membership,
}
