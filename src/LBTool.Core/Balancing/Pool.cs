using System.Collections.Immutable;

namespace LBTool.Core.Balancing;

/// <summary>
/// The backends behind one balancer, and the only place where a backend is chosen and its in-flight count kept.
/// </summary>
/// <remarks>The HTTP proxy, the TCP proxy and the simulator all pick through this one class.</remarks>
public sealed class Pool
{
    private readonly Balancer _balancer;
    private readonly Backend[] _available;

    /// <param name="backends">All members, at least one, names unique.</param>
    /// <param name="balancer">The rule that picks.</param>
    public Pool(IEnumerable<Backend> backends, Balancer balancer)
    {
        Backends = [.. backends];
        ArgumentOutOfRangeException.ThrowIfZero(Backends.Length, nameof(backends));
        _balancer = balancer;
        _available = [.. Backends];
    }

    /// <summary>All members, available or not.</summary>
    public ImmutableArray<Backend> Backends { get; }

    /// <summary>Leases taken and not yet ended, over all members.</summary>
    public int InFlight => Backends.Sum(backend => backend.InFlight);

    /// <summary>Picks an available backend and counts one in-flight on it, until the lease ends.</summary>
    /// <param name="now">Time of the run, at which the lease starts.</param>
    /// <returns>The lease; end it exactly once.</returns>
    public Lease Take(TimeSpan now)
    {
        var backend = _balancer.Pick(_available);
        backend.Enter();
        return new Lease(backend, now);
    }
}
