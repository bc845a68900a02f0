using LBTool.Core.Balancing;
using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Balancing;

internal static class Pools
{
    /// <summary>Backends b1, b2, … of weight 1 under an algorithm with its default parameters.</summary>
    public static Pool Of(string algorithm, int backends, ulong seed = 42) =>
        Of(Rule(algorithm, seed), [.. Enumerable.Repeat(1.0, backends)]);

    /// <summary>Backends b1, b2, … of the given weights.</summary>
    public static Pool Of(Balancer balancer, params double[] weights) => Of(balancer, slowStart: null, weights);

    /// <summary>Backends b1, b2, … of the given weights, that ramp up when they come up later.</summary>
    public static Pool Of(Balancer balancer, SlowStart? slowStart, params double[] weights) =>
        new(weights.Select((weight, index) => new Backend($"b{index + 1}", index, weight)), balancer, slowStart);

    /// <summary>The balancer of an algorithm with its default parameters.</summary>
    public static Balancer Rule(string algorithm, ulong seed = 42)
    {
        var row = Balancers.Find(algorithm)!;
        var parameters = row.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Default);
        return row.Create(parameters, RandomStream.Derive(seed, "balancer"));
    }

    /// <summary>A lease for nobody in particular, from a pool that has somebody available.</summary>
    public static Lease Take(this Pool pool, TimeSpan now = default)
    {
        Assert.True(pool.TryTake(new PickContext(now), out var lease));
        return lease;
    }

    /// <summary>A lease for a key.</summary>
    public static Lease TakeFor(this Pool pool, ulong key)
    {
        Assert.True(pool.TryTake(new PickContext(TimeSpan.Zero, key), out var lease));
        return lease;
    }

    /// <summary>Ends it at once, well.</summary>
    public static void EndOk(this Lease lease) => lease.End(lease.Start, LeaseOutcome.Ok);
}
