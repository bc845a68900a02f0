namespace LBTool.Core.Balancing;

/// <summary>
/// The next available backend in turn, blind to load: a slow backend keeps its full 1/n of the requests. Turns in
/// proportion to weight, where all weights are equal but of those that ramp up.
/// </summary>
public sealed class RoundRobin : WeightedRoundRobin
{
    /// <inheritdoc/>
    public override bool UsesWeights => false;
}
