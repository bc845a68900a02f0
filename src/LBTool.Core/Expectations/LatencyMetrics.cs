using System.Collections.Immutable;
using LBTool.Core.Measurements;

namespace LBTool.Core.Expectations;

/// <summary>How long requests took, for those that asked.</summary>
internal static class LatencyMetrics
{
    /// <summary>Samples that must lie beyond a percentile before it is more than chance.</summary>
    public const int SamplesBeyond = 10;

    public static Metric Percentile { get; } = new("pNN",
        "the latency that NN % of the requests do not exceed, NN from 50 to 99.99 (nearest rank, exact)",
        [Unit.Duration], BackendLabel.Optional, Trend.Varies, "p99 < 60ms during faulted")
    {
        IsLatency = true,
        Measure = (run, question) => Measure(run, question, latencies => latencies.Percentile(question.Percentile)),
    };

    public static ImmutableArray<Metric> Rows { get; } =
    [
        Percentile,
        new("avg", "the mean latency", [Unit.Duration], BackendLabel.Optional, Trend.Varies, "avg{backend=b1} < 2x baseline + 20ms during faulted")
        {
            IsLatency = true,
            Measure = (run, question) => Measure(run, question, latencies => latencies.Mean),
        },
        new("max", "the largest latency", [Unit.Duration], BackendLabel.Optional, Trend.Grows, "max < 1s")
        {
            IsLatency = true,
            Measure = (run, question) => Measure(run, question, latencies => latencies.Max),
        },
    ];

    /// <summary>Samples below which a percentile (0 for a latency that is none) is inconclusive: 10 / (1 − q), or what the gate asks for.</summary>
    public static long SamplesNeeded(decimal percentile, int minSamples) => Math.Max(Math.Max(1, minSamples),
        percentile == 0 ? 1 : (long)Math.Ceiling(100 * SamplesBeyond / (100 - percentile)));

    private static Reading Measure(MeasuredRun run, Question question, Func<Latencies, TimeSpan> value)
    {
        var latencies = run.Latencies(question.Window, question.Backend, question.FromSending);
        var needed = SamplesNeeded(question.Percentile, run.Result.Plan.Scenario.Gate.MinSamples);
        var reading = Reading.Of(value(latencies).Ticks, latencies.Count);
        return latencies.Count == 0 ? Reading.Nothing("no request with a latency in the window")
            : latencies.Count < needed ? reading with { Missing = $"{latencies.Count} samples are too few: it takes {needed}" }
            : reading;
    }
}
