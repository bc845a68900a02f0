namespace LBTool.Core.Balancing;

/// <summary>How a lease ended, as the balancer saw it: what passive health checks, retries and the rules that learn go by.</summary>
public enum LeaseOutcome : byte
{
    /// <summary>The backend did what was asked: for HTTP a whole answer below 500, for TCP a connection that was closed in order.</summary>
    Ok,

    /// <summary>A whole answer with a status of 500 or more.</summary>
    ServerError,

    /// <summary>The backend refused the connection, or could not be reached in time.</summary>
    ConnectFailed,

    /// <summary>The backend said nothing for too long.</summary>
    Timeout,

    /// <summary>The connection broke before the answer was whole, or what came was no answer.</summary>
    Broken,

    /// <summary>The client went away or sent something wrong: the backend is not to blame.</summary>
    Abandoned,

    /// <summary>The balancer broke it off itself, at the deadline of a drain: the backend is not to blame.</summary>
    Cut,
}
