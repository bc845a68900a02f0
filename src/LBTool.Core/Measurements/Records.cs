using LBTool.Core.Balancing;

namespace LBTool.Core.Measurements;

/// <summary>One request, as its client saw it. All times are times of the run (0 = start of the load).</summary>
/// <param name="Number">The request's number, from 1; sent along, so that balancer and backends can name it.</param>
/// <param name="Intended">When the schedule wanted it sent. Latency counts from here.</param>
/// <param name="Sent">When it was sent.</param>
/// <param name="FirstByte">When the answer's head had come; equals <paramref name="Done"/> when none came.</param>
/// <param name="Done">When the answer had ended, or the request had failed.</param>
/// <param name="Backend">Index of the backend that answered, as its answer says; −1 when unknown.</param>
/// <param name="Status">HTTP status; 0 when no head came.</param>
/// <param name="Outcome">How it ended.</param>
public readonly record struct RequestRecord(
    long Number,
    TimeSpan Intended,
    TimeSpan Sent,
    TimeSpan FirstByte,
    TimeSpan Done,
    int Backend,
    int Status,
    RequestOutcome Outcome)
{
    /// <summary>What the user felt: from the intended instant to the end.</summary>
    public TimeSpan Latency => Done - Intended;
}

/// <summary>How a request ended for its client. Everything but <see cref="Ok"/> is an error.</summary>
public enum RequestOutcome : byte
{
    /// <summary>A whole answer with a status below 500.</summary>
    Ok,

    /// <summary>A whole answer with a status of 500 or more.</summary>
    ServerError,

    /// <summary>The client could not connect.</summary>
    ConnectFailed,

    /// <summary>The connection ended before the answer's head, or was reset.</summary>
    Reset,

    /// <summary>The answer's body ended early.</summary>
    Truncated,

    /// <summary>No whole answer within the client's timeout.</summary>
    Timeout,

    /// <summary>Cut off because the run was ended early; measured nowhere.</summary>
    Aborted,
}

/// <summary>One lease, as the balancer saw it.</summary>
/// <param name="Request">The request's number; 0 when it carried none.</param>
/// <param name="Backend">Index of the backend that was picked.</param>
/// <param name="Start">When it was picked.</param>
/// <param name="End">When the lease ended.</param>
/// <param name="Outcome">How it went.</param>
public readonly record struct LeaseRecord(long Request, int Backend, TimeSpan Start, TimeSpan End, LeaseOutcome Outcome)
{
    /// <summary>The backend did what was asked.</summary>
    public bool Ok => Outcome == LeaseOutcome.Ok;
}

/// <summary>One arrival of a request at a backend, as the backend saw it: an attempt.</summary>
/// <param name="Request">The request's number; 0 when it carried none.</param>
/// <param name="Backend">Index of the backend.</param>
/// <param name="At">When it arrived.</param>
public readonly record struct AttemptRecord(long Request, int Backend, TimeSpan At);

/// <summary>What a backend found in its memory for a request: in its key cache, or among its sessions.</summary>
/// <param name="Request">The request's number; 0 when it carried none.</param>
/// <param name="Backend">Index of the backend.</param>
/// <param name="At">When it looked.</param>
/// <param name="What">What it found.</param>
/// <param name="Session">Hash of the session's id; 0 for a cache.</param>
public readonly record struct FindingRecord(long Request, int Backend, TimeSpan At, Finding What, ulong Session = 0);

/// <summary>What a backend finds in its memory.</summary>
public enum Finding : byte
{
    /// <summary>The key was in the cache.</summary>
    CacheHit,

    /// <summary>The key was not in the cache.</summary>
    CacheMiss,

    /// <summary>The request brought no session; one began.</summary>
    SessionNew,

    /// <summary>The request brought a session that was there.</summary>
    SessionKnown,

    /// <summary>The request brought a session that was not there, and began here.</summary>
    SessionMissing,
}
