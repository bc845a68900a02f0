using System.Collections.Immutable;
using LBTool.Core.Measurements;

namespace LBTool.Core.Expectations;

/// <summary>What the backends saw: retries, wanted or silent, show here and nowhere else.</summary>
internal static class AttemptMetrics
{
    public static ImmutableArray<Metric> Rows { get; } =
    [
        new("attempts", "arrivals at the backends; as a share, of the clients' requests (100% = one each)",
            [Unit.Count, Unit.Share], BackendLabel.Optional, Trend.Grows, "attempts <= 105%")
        {
            BeyondAll = true,
            Measure = (run, question) => Measure(run, question, run.Attempts),
        },
        new("duplicates", "arrivals of a request that had already arrived at some backend; as a share, of the clients' requests",
            [Unit.Count, Unit.Share], BackendLabel.Optional, Trend.Grows, "duplicates == 0")
        {
            BeyondAll = true,
            Measure = (run, question) => Measure(run, question, run.Duplicates),
        },
        new("amplification", "arrivals at the backends for each request of the clients: 1 when none is sent twice",
            [Unit.Count], BackendLabel.None, Trend.Varies, "amplification <= 1.2")
        {
            Measure = (run, question) => Amplification(run, question.Window),
        },
    ];

    private static Reading Amplification(MeasuredRun run, Scenarios.Window window)
    {
        var requests = run.Requests(window).Length;
        return requests == 0 ? Reading.Nothing("no request in the window") : Reading.Of((double)run.Attempts(window) / requests, requests);
    }

    private static Reading Measure(MeasuredRun run, Question question, Func<Scenarios.Window, BackendGroup?, long> count)
    {
        var requests = run.Requests(question.Window).Length;
        var arrivals = run.Attempts(question.Window);
        var value = count(question.Window, question.Backend);
        return requests == 0 ? Reading.Nothing("no request in the window")
            : arrivals == 0 ? Reading.Nothing("no backend saw a request in the window")
            : question.Unit == Unit.Share ? Reading.Of((double)value / requests, requests)
            : Reading.Of(value, arrivals);
    }
}
