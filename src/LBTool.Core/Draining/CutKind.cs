namespace LBTool.Core.Draining;

/// <summary>What was cut at the deadline of a drain.</summary>
public enum CutKind
{
    /// <summary>A request of which the client had nothing of the answer yet.</summary>
    Request,

    /// <summary>An answer that was on its way to the client.</summary>
    Stream,

    /// <summary>A WebSocket, or another upgraded connection.</summary>
    WebSocket,

    /// <summary>A TCP connection.</summary>
    Connection,

    /// <summary>A connection that was kept alive and idle: nobody misses it.</summary>
    Idle,
}
