using System.Net;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Limits;
using LBTool.Core.Runs;

namespace LBTool.Live.Balancers;

/// <summary>A load balancer of any protocol, as those see it who start it.</summary>
internal interface IBalancerFront : IAsyncDisposable
{
    /// <summary>Where clients come in, once started.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>Listens.</summary>
    /// <exception cref="WorldException">The address cannot be listened on, e.g. because the port is in use.</exception>
    Task StartAsync(CancellationToken stop);

    /// <summary>Adds a backend at run time; with slow start it ramps up. To take one out, remove it from the pool.</summary>
    /// <param name="name">Unique in the pool.</param>
    /// <param name="weight">Share relative to the others, 0 or above.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="limits">Its limits; null for none.</param>
    /// <exception cref="ArgumentException">A member has that name already, or the weight is none.</exception>
    Backend Add(string name, double weight, IPEndPoint address, BackendLimits? limits = null);

    /// <summary>Closes the connections to a backend that has left the pool and has nothing in flight.</summary>
    void Forget(Backend backend);

    /// <summary>Breaks off whatever is in flight to a backend, and closes its connections; what is cut is counted.</summary>
    void Cut(Backend backend);

    /// <summary>Closes the connections to a backend that has nothing in flight.</summary>
    void CloseConnections(Backend backend);

    /// <summary>
    /// Drains the balancer itself: it accepts nothing any more, and what is open may end until the deadline and is cut then.
    /// Disposing does the same first.
    /// </summary>
    /// <param name="deadline">0 or more.</param>
    /// <returns>What was cut.</returns>
    Task<CutTally> DrainAsync(TimeSpan deadline);
}
