namespace LBTool.Core.Measurements;

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
