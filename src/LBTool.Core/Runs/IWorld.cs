using LBTool.Core.Measurements;
using LBTool.Core.Plans;

namespace LBTool.Core.Runs;

/// <summary>
/// Where a run happens. The conductor decides what happens when; a world makes it happen, with sockets or in virtual
/// time. Disposing a world releases all of it (ports, connections, tasks), whatever state it is in.
/// </summary>
public interface IWorld : IAsyncDisposable
{
    /// <summary>What the world has written down so far.</summary>
    Recording Recording { get; }

    /// <summary>Time of the run: 0 when the load started, negative or 0 before.</summary>
    TimeSpan Now { get; }

    /// <summary>Leases of the backend at <paramref name="index"/> that are open now.</summary>
    int InFlight(int index);

    /// <summary>Brings backends, fault proxies and balancer up.</summary>
    /// <exception cref="WorldException">Something that the environment does not allow, e.g. a port in use.</exception>
    Task StartAsync(CancellationToken stop);

    /// <summary>Sets <see cref="Now"/> to 0 and drives the load; returns when the last request has ended.</summary>
    Task DriveLoadAsync(CancellationToken stop);

    /// <summary>Returns at time <paramref name="at"/> of the run, never before.</summary>
    Task WaitUntilAsync(TimeSpan at, CancellationToken stop);

    /// <summary>Makes a fault act; returns when it does.</summary>
    Task BeginAsync(PlannedFault fault);

    /// <summary>Takes back what <see cref="BeginAsync"/> did; returns when that is so. Safe to call twice.</summary>
    Task EndAsync(PlannedFault fault);
}

/// <summary>The environment does not allow the run: a port in use, a limit reached, a backend that did not start.</summary>
public sealed class WorldException(string message, Exception? inner = null) : Exception(message, inner);
