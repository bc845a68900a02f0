using System.Collections.Immutable;
using LBTool.Core.Measurements;

namespace LBTool.Core.Reports;

/// <summary>All measured requests of an attempt together. Latencies are null when no request has one.</summary>
/// <param name="Requests">Measured requests: without warm-up and those cut off.</param>
/// <param name="Rps">Those, by the second.</param>
/// <param name="Errors">Those that failed.</param>
/// <param name="Outcomes">How they ended, those that occurred, most wanted first.</param>
/// <param name="AvgMs">Mean latency.</param>
/// <param name="P50Ms">Median latency.</param>
/// <param name="P90Ms">90th percentile.</param>
/// <param name="P95Ms">95th percentile.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="P999Ms">99.9th percentile.</param>
/// <param name="MaxMs">Largest latency.</param>
/// <param name="Scheduled">Requests that the schedule wanted after warm-up.</param>
/// <param name="Dropped">Those given up unsent.</param>
/// <param name="AchievedRate">Sent / scheduled, 0 … 1; null without a schedule.</param>
/// <param name="Attempts">Arrivals at the backends.</param>
/// <param name="Duplicates">Arrivals of a request that had already arrived at some backend.</param>
/// <param name="Distribution">The shape of the latencies, as an HdrHistogram shows it; empty when no request has one.</param>
public sealed record OverallReport(
    long Requests,
    double Rps,
    long Errors,
    ImmutableArray<OutcomeReport> Outcomes,
    double? AvgMs,
    double? P50Ms,
    double? P90Ms,
    double? P95Ms,
    double? P99Ms,
    double? P999Ms,
    double? MaxMs,
    long Scheduled,
    long Dropped,
    double? AchievedRate,
    long Attempts,
    long Duplicates,
    ImmutableArray<LatencyPoint> Distribution)
{
    internal static OverallReport Of(MeasuredRun run)
    {
        var window = run.Windows.Measured(run.Windows.Whole);
        var requests = run.Requests(window).Length;
        var latencies = run.Latencies(window);
        double? Ms(TimeSpan value) => latencies.Count == 0 ? null : value.TotalMilliseconds;
        return new OverallReport(
            requests,
            window.Length == TimeSpan.Zero ? 0 : requests / window.Length.TotalSeconds,
            run.Errors(window),
            OutcomeReport.Of(run.Outcomes(window)),
            Ms(latencies.Mean),
            Ms(latencies.Percentile(50)),
            Ms(latencies.Percentile(90)),
            Ms(latencies.Percentile(95)),
            Ms(latencies.Percentile(99)),
            Ms(latencies.Percentile(99.9m)),
            Ms(latencies.Max),
            run.Result.Scheduled,
            run.Result.Dropped,
            run.Result.Scheduled == 0 ? null : (double)run.Sent / run.Result.Scheduled,
            run.Attempts(window),
            run.Duplicates(window),
            LatencyDistribution.Of(latencies));
    }
}

/// <summary>How many requests ended in one way.</summary>
/// <param name="Outcome">The way.</param>
/// <param name="Count">At least 1.</param>
public sealed record OutcomeReport(RequestOutcome Outcome, long Count)
{
    internal static ImmutableArray<OutcomeReport> Of(IReadOnlyList<long> counts) =>
        [.. counts.Select((count, outcome) => new OutcomeReport((RequestOutcome)outcome, count)).Where(row => row.Count > 0)];
}

/// <summary>One backend in an attempt. Latencies are null when no request of it has one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Requests">The balancer's picks of it; clients' requests where the balancer wrote none down.</param>
/// <param name="Share">Those, of all, 0 … 1.</param>
/// <param name="Errors">Clients' requests that failed and whose last pick it was.</param>
/// <param name="P50Ms">Median latency of its requests.</param>
/// <param name="P95Ms">95th percentile.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="MaxInflight">Most requests in flight on it at one instant; null where the balancer wrote no picks down.</param>
/// <param name="Attempts">Arrivals that it saw.</param>
public sealed record BackendReport(
    string Name,
    long Requests,
    double Share,
    long Errors,
    double? P50Ms,
    double? P95Ms,
    double? P99Ms,
    int? MaxInflight,
    long Attempts)
{
    internal static BackendReport Of(MeasuredRun run, string name, int index)
    {
        var window = run.Windows.Measured(run.Windows.Whole);
        var latencies = run.Latencies(window, index);
        double? Ms(decimal percent) => latencies.Count == 0 ? null : latencies.Percentile(percent).TotalMilliseconds;
        var picks = new Proportion(run.Picks(window, index), run.Picks(window));
        return new BackendReport(name, picks.Count, picks.Value, run.Errors(window, index), Ms(50), Ms(95), Ms(99),
            run.HasLeases ? run.MostInflight(window, index) : null, run.Attempts(window, index));
    }
}
