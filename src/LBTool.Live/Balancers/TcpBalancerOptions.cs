using System.Net;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Health;
using LBTool.Core.Limits;

namespace LBTool.Live.Balancers;

/// <summary>How a TCP balancer listens and how long it waits.</summary>
/// <param name="Listen">Where clients come in; port 0 takes a free one.</param>
/// <param name="Timeout">
/// How long connecting to a backend may take, and how long a connection may be silent in both directions. Above 0.
/// </param>
public sealed record TcpBalancerOptions(IPEndPoint Listen, TimeSpan Timeout)
{
    /// <summary>Told how leases end, and asked who is to be tried out; null: nobody.</summary>
    public HealthBoard? Health { get; init; }

    /// <summary>Whether the algorithm hashes, which is then the client's address.</summary>
    public bool UsesKey { get; init; }

    /// <summary>What happens to a client whose backend is not available, with sessions that are known by their source; null for no sessions.</summary>
    public OnLost? Sticky { get; init; }

    /// <summary>Where connections wait when all backends are full.</summary>
    public QueueSpec Queue { get; init; } = TargetLimits.None.Queue;

    /// <summary>How long what is open may go on when the balancer is disposed; 0 or more.</summary>
    public TimeSpan DrainDeadline { get; init; }

    /// <summary>Told what a drain has cut; null: nobody.</summary>
    public Action<Backend, CutKind, int>? CountCut { get; init; }
}
