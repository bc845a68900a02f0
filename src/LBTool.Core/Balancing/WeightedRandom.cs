using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>Any available backend, with a chance in proportion to its weight.</summary>
public class WeightedRandom(RandomStream random) : PreparedBalancer<WeightedDraw>
{
    /// <inheritdoc/>
    protected override WeightedDraw Make(Candidates candidates) => new(candidates);

    /// <inheritdoc/>
    protected override Backend Pick(Candidates candidates, WeightedDraw draw, in PickContext context) =>
        candidates[draw.PickOne(random)];
}
