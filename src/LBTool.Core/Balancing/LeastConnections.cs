using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// The fewest in-flight / weight, ties at random among the tied. Breaking ties by index instead would send every
/// request of an idle pool to the first backend.
/// </summary>
public sealed class LeastConnections(RandomStream random) : Balancer
{
    /// <inheritdoc/>
    public override Backend Pick(Backend[] available)
    {
        var (least, ties) = FindLeast(available);
        var chosen = ties == 1 ? 0 : random.Next(ties);
        var leastSeen = available[0];
        foreach (var backend in available)
        {
            if (Load(backend) <= least)
            {
                leastSeen = backend;
                if (chosen-- == 0)
                {
                    break;
                }
            }
        }

        // Counts move between the two passes; then the last candidate seen is as good as any.
        return leastSeen;
    }

    private static (double Least, int Ties) FindLeast(Backend[] available)
    {
        var least = double.MaxValue;
        var ties = 0;
        foreach (var backend in available)
        {
            var load = Load(backend);
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

    private static double Load(Backend backend) => backend.InFlight / backend.Weight;
}
