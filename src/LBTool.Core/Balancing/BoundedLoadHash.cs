using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// The owner of the key on a hash ring, unless that has its fill: then the next on the ring that has not. No backend
/// gets more than ceil((1 + ε) × load × its share of the weights), where the load is everything in flight, this request
/// included (Mirrokni, Thorup, Zadimoghaddam, "Consistent hashing with bounded loads", 2018).
/// </summary>
/// <param name="random">Makes keys for requests without one.</param>
/// <param name="excess">ε, above 0: how much more than its share a backend may get.</param>
/// <param name="points">Points on the ring for a weight of 1, at least 1.</param>
public sealed class BoundedLoadHash(RandomStream random, double excess = 0.25, int points = 160)
    : KeyedBalancer<BoundedLoadHash.Ring>(random)
{
    // A share of 1/5 of 10 is 2, also where its last binary digit says a little more.
    private const double Rounding = 1e-9;

    private int _inFlight;

    /// <inheritdoc/>
    protected override Ring Make(Candidates candidates) => new(candidates, points, excess);

    /// <inheritdoc/>
    public override void Started(Candidates candidates, Backend backend, TimeSpan now) => Interlocked.Increment(ref _inFlight);

    /// <inheritdoc/>
    public override void Ended(Candidates candidates, in Ending ending) => Interlocked.Decrement(ref _inFlight);

    /// <inheritdoc/>
    protected override Backend Pick(Candidates candidates, Ring ring, ulong key)
    {
        // All caps together are above the load, so somebody has room; counts that other threads move meanwhile may hide
        // it, and then the owner is as good as any.
        var load = Volatile.Read(ref _inFlight) + 1;
        var first = ring.Points.PointOf(key);
        var (point, full) = (first, -1);
        do
        {
            var place = ring.Points.OwnerOf(point);
            if (place != full && candidates[place].InFlight < Math.Ceiling((load * ring.Shares[place]) - Rounding))
            {
                return candidates[place];
            }

            full = place;
            point = ring.Points.After(point);
        }
        while (point != first);

        return candidates[ring.Points.OwnerOf(first)];
    }

    /// <summary>The ring, and what share of the load each candidate may get.</summary>
    public sealed class Ring
    {
        internal Ring(Candidates candidates, int points, double excess)
        {
            Points = new HashRing(candidates, points);
            var sum = 0.0;
            foreach (var weight in candidates.Weights)
            {
                sum += weight;
            }

            Shares = [.. candidates.Weights.ToArray().Select(weight => (1 + excess) * weight / sum)];
        }

        internal HashRing Points { get; }

        internal double[] Shares { get; }
    }
}
