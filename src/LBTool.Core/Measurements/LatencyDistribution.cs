using System.Collections.Immutable;
using HdrHistogram;

namespace LBTool.Core.Measurements;

/// <summary>
/// The shape of many latencies in a few points, for plots and for comparing runs: an HdrHistogram (Gil Tene,
/// hdrhistogram.org) of three significant digits, read at ever finer percentiles towards 100.
/// Verdicts do not use it: they ask <see cref="Latencies"/>, which are exact.
/// </summary>
public static class LatencyDistribution
{
    private const int SignificantDigits = 3;
    private const int TicksPerHalfDistance = 2;

    /// <summary>Points in ascending order; none when there are no latencies.</summary>
    public static ImmutableArray<LatencyPoint> Of(Latencies latencies)
    {
        if (latencies.Count == 0)
        {
            return [];
        }

        var highest = Math.Max(TimeSpan.TicksPerSecond, latencies.Max.Ticks);
        var histogram = new LongHistogram(1, highest, SignificantDigits);
        latencies.RecordInto(histogram);
        return
        [
            .. histogram.Percentiles(TicksPerHalfDistance).Select(point => new LatencyPoint(
                point.PercentileLevelIteratedTo,
                TimeSpan.FromTicks(Math.Min(point.ValueIteratedTo, latencies.Max.Ticks)).TotalMilliseconds,
                point.TotalCountToThisValue)),
        ];
    }
}

/// <summary>One point of a distribution.</summary>
/// <param name="Percentile">0 … 100.</param>
/// <param name="Ms">The latency that so many do not exceed, in milliseconds, to three significant digits.</param>
/// <param name="Count">How many do not exceed it.</param>
public sealed record LatencyPoint(double Percentile, double Ms, long Count);
