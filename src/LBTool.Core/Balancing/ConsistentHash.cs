using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// The owner of the key on a hash ring (ketama's idea: Karger et al., "Consistent hashing and random trees", 1997).
/// A backend that joins n takes 1/(n+1) of the keys, and no other key moves. Shares differ by about 1/√points.
/// </summary>
/// <param name="random">Makes keys for requests without one.</param>
/// <param name="points">Points on the ring for a weight of 1, at least 1.</param>
public sealed class ConsistentHash(RandomStream random, int points = 160) : KeyedBalancer<HashRing>(random)
{
    /// <inheritdoc/>
    protected override HashRing Make(Candidates candidates) => new(candidates, points);

    /// <inheritdoc/>
    protected override Backend Pick(Candidates candidates, HashRing ring, ulong key) =>
        candidates[ring.OwnerOf(ring.PointOf(key))];
}
