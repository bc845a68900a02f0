using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// Any available backend, uniformly. Splits Poisson arrivals into independent Poisson streams, so each backend is an
/// M/M/1 queue: mean time in system 1/(1−λ) service times (Kleinrock, "Queueing Systems" vol. 1, 1975). A draw by weight,
/// where all weights are equal but of those that ramp up.
/// </summary>
public sealed class UniformRandom(RandomStream random) : WeightedRandom(random)
{
    /// <inheritdoc/>
    public override bool UsesWeights => false;
}
