namespace LBTool.Core.Sessions;

/// <summary>
/// Latencies in buckets, for a picture that moves: a percentile is off by 1.1 % at most, and memory does not grow with
/// the traffic. What is judged is never rounded like this. For one thread at a time.
/// </summary>
/// <remarks>Bucket i holds from 2^(i/32) to 2^((i+1)/32) microseconds: what is read is its geometric middle.</remarks>
internal sealed class LatencyBuckets
{
    private const int PerOctave = 32;

    // Up to 2^28 us, 268 s; what takes longer counts as that.
    private const int Buckets = 28 * PerOctave;

    private readonly int[] _counts = new int[Buckets];

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    /// <summary>Adds one.</summary>
    public void Add(TimeSpan latency)
    {
        _counts[BucketOf(latency)]++;
        Count++;
    }

    /// <summary>Adds all of another.</summary>
    public void Add(LatencyBuckets other)
    {
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }

        Count += other.Count;
    }

    /// <summary>The latency that <paramref name="percent"/> % do not exceed (nearest rank); null when there are none.</summary>
    public TimeSpan? Percentile(double percent)
    {
        var left = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count));
        for (var bucket = 0; bucket < Buckets && Count > 0; bucket++)
        {
            left -= _counts[bucket];
            if (left <= 0)
            {
                return TimeSpan.FromMicroseconds(Math.Pow(2, (bucket + 0.5) / PerOctave));
            }
        }

        return null;
    }

    private static int BucketOf(TimeSpan latency) =>
        Math.Clamp((int)(Math.Log2(Math.Max(1, latency.TotalMicroseconds)) * PerOctave), 0, Buckets - 1);
}
