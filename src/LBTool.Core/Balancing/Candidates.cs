namespace LBTool.Core.Balancing;

/// <summary>
/// The backends that may be picked at the moment, with the weights that count and whatever the algorithm has prepared
/// for them. Never changed: when membership, availability or a weight changes, the pool makes a new one.
/// </summary>
/// <remarks>
/// A backend of weight 0 is left out as long as another one has more. When all have 0, nobody has said who should be
/// preferred, and all count as 1. So they do under a rule that uses no weights; of a backend that ramps up, the share
/// counts under any rule.
/// </remarks>
public sealed class Candidates
{
    private readonly Backend[] _backends;
    private readonly double[] _weights;

    /// <param name="available">The available backends.</param>
    /// <param name="balancer">The rule that will pick among them.</param>
    internal Candidates(IEnumerable<Backend> available, Balancer balancer)
    {
        Backend[] all = [.. available];
        var hasWeights = all.Any(backend => backend.Weight > 0);
        _backends = hasWeights ? [.. all.Where(backend => backend.Weight > 0)] : all;
        var weightsCount = hasWeights && balancer.UsesWeights;
        _weights = [.. _backends.Select(backend => (weightsCount ? backend.Weight : 1) * backend.Share)];
        AreAlike = _weights.All(weight => weight == _weights[0]);
        Prepared = Count == 0 ? null : balancer.Prepare(this);
    }

    /// <summary>How many there are.</summary>
    public int Count => _backends.Length;

    /// <summary>Whether all weights are equal.</summary>
    public bool AreAlike { get; }

    /// <summary>What <see cref="Balancer.Prepare"/> made of them.</summary>
    internal object? Prepared { get; }

    /// <summary>The weights, all above 0, in the same order.</summary>
    internal ReadOnlySpan<double> Weights => _weights;

    internal ReadOnlySpan<Backend> Backends => _backends;

    /// <summary>The one with room and the smallest load whose index is not among <paramref name="besides"/>; null when there is none.</summary>
    internal Backend? LeastLoaded(ReadOnlySpan<int> besides)
    {
        Backend? least = null;
        foreach (var backend in _backends)
        {
            if (backend.IsAvailable && backend.HasRoom && !besides.Contains(backend.Index) && (least is null || backend.Load < least.Load))
            {
                least = backend;
            }
        }

        return least;
    }

    /// <summary>The backend at a place, 0 … <see cref="Count"/> − 1; places follow the pool's order.</summary>
    public Backend this[int place] => _backends[place];
}
