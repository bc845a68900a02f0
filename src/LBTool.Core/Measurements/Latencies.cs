using HdrHistogram;

namespace LBTool.Core.Measurements;

/// <summary>
/// The latencies of some requests, in order. They are kept exactly and not in buckets: a bucket's rounding would decide
/// expectations whose bound is the very value measured, as it often is in virtual time.
/// </summary>
public sealed class Latencies
{
    private readonly long[] _ticks;

    private Latencies(long[] ticks) => _ticks = ticks;

    /// <summary>How many there are.</summary>
    public int Count => _ticks.Length;

    /// <summary>Their mean; zero when there are none.</summary>
    public TimeSpan Mean
    {
        get
        {
            var sum = Int128.Zero;
            foreach (var ticks in _ticks)
            {
                sum += ticks;
            }

            return Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks((long)(sum / Count));
        }
    }

    /// <summary>The largest; zero when there are none.</summary>
    public TimeSpan Max => Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(_ticks[^1]);

    /// <summary>
    /// Collects the latencies of those <paramref name="requests"/> that have one (<see cref="HasLatency"/>), from the
    /// intended instant, or from the actual sending, which leaves out what the load driver was late.
    /// </summary>
    public static Latencies Of(RecordSlice<RequestRecord> requests, bool fromSending = false)
    {
        var ticks = new long[requests.Length];
        var count = 0;
        foreach (ref readonly var request in requests)
        {
            if (HasLatency(request))
            {
                ticks[count++] = (request.Done - (fromSending ? request.Sent : request.Intended)).Ticks;
            }
        }

        Array.Resize(ref ticks, count);
        Array.Sort(ticks);
        return new Latencies(ticks);
    }

    /// <summary>
    /// Whether a request has a latency: it was answered well, or it timed out, at the client or (504) behind it, and
    /// took at least that long. A fast error would flatter every percentile; errors are counted apart.
    /// </summary>
    public static bool HasLatency(in RequestRecord request) =>
        request.Outcome is RequestOutcome.Ok or RequestOutcome.Timeout
        || (request.Outcome != RequestOutcome.Aborted && request.Status == 504);

    /// <summary>
    /// The smallest latency that at least <paramref name="percent"/> % of them do not exceed (nearest rank): always one
    /// that was measured. Zero when there are none.
    /// </summary>
    public TimeSpan Percentile(decimal percent)
    {
        var rank = (int)Math.Ceiling(percent * Count / 100);
        return Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(_ticks[Math.Clamp(rank, 1, Count) - 1]);
    }

    internal void RecordInto(HistogramBase histogram)
    {
        foreach (var ticks in _ticks)
        {
            histogram.RecordValue(Math.Max(0, ticks));
        }
    }
}
