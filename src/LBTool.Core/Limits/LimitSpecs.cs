namespace LBTool.Core.Limits;

/// <summary>How much a balancer gives one backend at once, as a scenario says it.</summary>
/// <param name="MaxRequests">Requests in flight at most, at least 1; null: no limit.</param>
/// <param name="MaxConnections">Connections at most, at least 1; null: no limit.</param>
public sealed record BackendLimits(int? MaxRequests, int? MaxConnections)
{
    /// <summary>Leases at most. A request in flight has a connection of its own, so that the lower limit holds.</summary>
    public int? MaxInFlight => (MaxRequests, MaxConnections) is ({ } requests, { } connections)
        ? Math.Min(requests, connections)
        : MaxRequests ?? MaxConnections;
}

/// <summary>Where requests wait when every backend is full, as a scenario says it.</summary>
/// <param name="Length">Requests that may wait; 0: none does.</param>
/// <param name="Timeout">How long each waits at most; above 0.</param>
public sealed record QueueSpec(int Length, TimeSpan Timeout);

/// <summary>The limits of a balancer.</summary>
/// <param name="Backends">What each backend gets, unless it says something else.</param>
/// <param name="Queue">Where requests wait that find all of them full.</param>
public sealed record TargetLimits(BackendLimits Backends, QueueSpec Queue)
{
    /// <summary>No limit for anybody.</summary>
    public static TargetLimits None { get; } = new(new BackendLimits(null, null), new QueueSpec(0, TimeSpan.FromSeconds(1)));
}
