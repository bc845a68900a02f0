using System.Collections.Immutable;
using LBTool.Core.Measurements;

namespace LBTool.Core.Expectations;

/// <summary>Whether the load was the one asked for.</summary>
internal static class DriverMetrics
{
    /// <summary>The achieved rate below which latencies mean nothing, unless the scenario says another.</summary>
    public const double LeastAchieved = 0.98;

    public static Metric AchievedRate { get; } = new("achieved_rate",
        "requests sent, of those that the schedule wanted sent, over the whole run after its warm-up",
        [Unit.Share], BackendLabel.None, Trend.Varies, "achieved_rate >= 98%")
    {
        WholeRun = true,
        Measure = (run, _) => run.Result.Scheduled == 0
            ? Reading.Nothing("the load driver scheduled nothing")
            : Reading.Of((double)run.Sent / run.Result.Scheduled, run.Result.Scheduled),
    };

    public static ImmutableArray<Metric> Rows { get; } = [AchievedRate];

    /// <summary>In words, why too little was sent.</summary>
    public static string FellBehind(MeasuredRun run) =>
        $"the load driver could not hold the rate: it sent {run.Sent} of {run.Result.Scheduled} requests"
        + $" ({Units.Write((double)run.Sent / run.Result.Scheduled, Unit.Share)}, {run.Result.Dropped} dropped)";
}
