using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// The fewest in-flight / weight, ties at random among the tied. Breaking ties by index instead would send every
/// request of an idle pool to the first backend.
/// </summary>
public sealed class LeastConnections(RandomStream random) : Balancer
{
    private const int Looks = 4;

    /// <inheritdoc/>
    public override Backend Pick(Backend[] available)
    {
        // Nothing is below idle. A few random looks find an idle backend at a cost that does not grow with the pool,
        // and each idle one is found with the same chance.
        for (var look = 0; look < Looks; look++)
        {
            var candidate = available[random.PickOne(available.Length)];
            if (candidate.InFlight == 0)
            {
                return candidate;
            }
        }

        return PickByScan(available);
    }

    private Backend PickByScan(Backend[] available)
    {
        var (least, ties) = FindLeast(available);
        var place = ties == 1 ? 0 : random.PickOne(ties);
        var last = available[0];
        foreach (var backend in available)
        {
            if (backend.Load <= least)
            {
                last = backend;
                if (place-- == 0)
                {
                    break;
                }
            }
        }

        // Counts may move between the two passes; then the last candidate seen is as good as any.
        return last;
    }

    private static (double Least, int Ties) FindLeast(Backend[] available)
    {
        var least = double.MaxValue;
        var ties = 0;
        foreach (var backend in available)
        {
            var load = backend.Load;
            if (load < least)
            {
                least = load;
                ties = 1;
            }
            else if (load == least)
            {
                ties++;
            }
        }

        return (least, ties);
    }
}
