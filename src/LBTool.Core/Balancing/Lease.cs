namespace LBTool.Core.Balancing;

/// <summary>
/// One request (or connection) in flight on a backend: the only way to count in-flight.
/// Whoever took it decides where it ends (headers, end of body, connection close) and ends it exactly once,
/// in a <c>finally</c>.
/// </summary>
public readonly struct Lease
{
    private readonly Pool _pool;

    internal Lease(Pool pool, Backend backend, TimeSpan start)
    {
        _pool = pool;
        Backend = backend;
        Start = start;
    }

    /// <summary>The backend that was picked.</summary>
    public Backend Backend { get; }

    /// <summary>Time of the run at which it was picked.</summary>
    public TimeSpan Start { get; }

    /// <summary>Takes the request off the backend's in-flight count, and tells the algorithm how it went.</summary>
    /// <param name="now">Time of the run.</param>
    /// <param name="outcome">How it went.</param>
    public void End(TimeSpan now, LeaseOutcome outcome) => _pool.End(new Ending(Backend, now, now - Start, outcome));

    /// <summary>Takes it off the count as if nobody had been picked: nothing was sent, and nothing is learned.</summary>
    internal void GiveBack() => End(Start, LeaseOutcome.Abandoned);
}
