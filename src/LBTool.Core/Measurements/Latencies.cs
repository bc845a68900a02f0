using HdrHistogram;

namespace LBTool.Core.Measurements;

/// <summary>
/// The latencies of some requests, in order. They are kept exactly and not in buckets: a bucket's rounding would decide
/// expectations whose bound is the very value measured, as it often is in virtual time.
/// </summary>
public sealed class Latencies
{
    // Ticks of those from 0 to 7 minutes, which is nearly all, in half the memory of the others; both in order.
    private readonly uint[] _short;
    private readonly long[] _others;
    private readonly int _negative;

    private Latencies(uint[] shorts, long[] others)
    {
        (_short, _others) = (shorts, others);
        Array.Sort(_short);
        Array.Sort(_others);
        _negative = _others.Count(ticks => ticks < 0);
    }

    /// <summary>How many there are.</summary>
    public int Count => _short.Length + _others.Length;

    /// <summary>Their mean; zero when there are none.</summary>
    public TimeSpan Mean
    {
        get
        {
            var sum = 0L;
            foreach (var ticks in _short)
            {
                sum += ticks;
            }

            var all = _others.Aggregate((Int128)sum, (before, ticks) => before + ticks);
            return Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks((long)(all / Count));
        }
    }

    /// <summary>The largest; zero when there are none.</summary>
    public TimeSpan Max => Count == 0 ? TimeSpan.Zero : At(Count - 1);

    /// <summary>
    /// Collects the latencies of those <paramref name="requests"/> that have one (<see cref="HasLatency"/>), from the
    /// intended instant, or from the actual sending, which leaves out what the load driver was late.
    /// </summary>
    public static Latencies Of(RecordSlice<RequestRecord> requests, bool fromSending = false)
    {
        var (shorts, others) = (new uint[requests.Length], new List<long>());
        var count = 0;
        foreach (var request in requests)
        {
            if (!HasLatency(request))
            {
                continue;
            }

            var ticks = (request.Done - (fromSending ? request.Sent : request.Intended)).Ticks;
            if (ticks is >= 0 and <= uint.MaxValue)
            {
                shorts[count++] = (uint)ticks;
            }
            else
            {
                others.Add(ticks);
            }
        }

        Array.Resize(ref shorts, count);
        return new Latencies(shorts, [.. others]);
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
        return Count == 0 ? TimeSpan.Zero : At(Math.Clamp(rank, 1, Count) - 1);
    }

    internal void RecordInto(HistogramBase histogram)
    {
        for (var rank = 0; rank < Count; rank++)
        {
            histogram.RecordValue(Math.Max(0, At(rank).Ticks));
        }
    }

    // From 0, the smallest first.
    private TimeSpan At(int rank) => TimeSpan.FromTicks(
        rank < _negative ? _others[rank]
        : rank - _negative < _short.Length ? _short[rank - _negative]
        : _others[rank - _short.Length]);
}
