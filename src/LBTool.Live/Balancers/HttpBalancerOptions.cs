using System.Collections.Immutable;
using System.Net;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Health;
using LBTool.Core.Limits;
using LBTool.Core.Randomness;
using LBTool.Core.Retries;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Balancers;

/// <summary>How a balancer listens and how long it waits.</summary>
/// <param name="Listen">Where clients come in; port 0 takes a free one.</param>
/// <param name="Versions">HTTP versions in front and behind.</param>
/// <param name="Timeout">
/// How long a backend may say nothing: before its answer (then the client gets 504) and in the middle of it (then the
/// client's answer breaks off too). Also the limit for connecting. Above 0.
/// </param>
public sealed record HttpBalancerOptions(IPEndPoint Listen, HttpVersions Versions, TimeSpan Timeout)
{
    /// <summary>The part of a request that the algorithm hashes; null when it hashes nothing.</summary>
    public KeySource? Key { get; init; }

    /// <summary>Who is told how requests ended, and may want one as a trial; null: nobody.</summary>
    public HealthBoard? Health { get; init; }

    /// <summary>Whether the first address of <c>X-Forwarded-For</c> is the client's.</summary>
    public bool TrustForwardedFor { get; init; }

    /// <summary>How sessions stick to backends; null when they do not.</summary>
    public Sticky? Sticky { get; init; }

    /// <summary>Gives the key that signs the cookies of sticky sessions, which need it.</summary>
    public RandomStream? SessionKey { get; init; }

    /// <summary>When a request that failed is tried again; null: never.</summary>
    public RetryPolicy? Retries { get; init; }

    /// <summary>Where requests wait when every backend is full.</summary>
    public QueueSpec Queue { get; init; } = TargetLimits.None.Queue;

    /// <summary>Connections at most, by the index of the backend; without limit for those left out.</summary>
    public ImmutableDictionary<int, int?> MaxConnections { get; init; } = ImmutableDictionary<int, int?>.Empty;

    /// <summary>Told of what is cut, and how many, before the leases end; null: nobody.</summary>
    public Action<Backend, CutKind, int>? CountCut { get; init; }

    /// <summary>How long what is in flight may take when the balancer is disposed; 0 or more.</summary>
    public TimeSpan DrainDeadline { get; init; } = TimeSpan.FromMilliseconds(250);
}
