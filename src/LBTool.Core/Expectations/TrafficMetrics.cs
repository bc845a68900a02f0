using System.Collections.Immutable;
using LBTool.Core.Measurements;

namespace LBTool.Core.Expectations;

/// <summary>How many requests there were, how many failed, and where they went.</summary>
internal static class TrafficMetrics
{
    public const string NoRequest = "no request in the window";

    public static Metric Requests { get; } = new("requests",
        "requests of the clients; with a backend, the balancer's picks of it; as a share, of all picks",
        [Unit.Count, Unit.Share], BackendLabel.Optional, Trend.Grows, "requests{backend=b2} == 0 during drain-b2.start + 200ms .. end")
    {
        Measure = Count,
    };

    public static ImmutableArray<Metric> Rows { get; } =
    [
        new("errors", "requests that ended in any way but a whole answer below 500; as a share, of the requests of the same backend",
            [Unit.Count, Unit.Share], BackendLabel.Optional, Trend.Grows, "errors < 0.1%") { Measure = Errors },
        new("lost", "errors whose backend was under a fault at some instant between their sending and their end; as a share, of the requests of the same backend",
            [Unit.Count, Unit.Share], BackendLabel.Optional, Trend.Grows, "lost <= 60 during dead-b1") { Measure = Lost },
        Requests,
        new("rps", "the same as requests, by the second",
            [Unit.Rate], BackendLabel.Optional, Trend.Varies, "rps >= 450/s") { Measure = Rate },
        new("share", "the balancer's picks of a backend, of all its picks",
            [Unit.Share], BackendLabel.Required, Trend.Varies, "share{backend=b1} < 5% during faulted") { Measure = Share },
    ];

    private static Reading Errors(MeasuredRun run, Question question) => PartOfRequests(run, question, run.Errors);

    private static Reading Lost(MeasuredRun run, Question question) => PartOfRequests(run, question, run.Lost);

    private static Reading PartOfRequests(MeasuredRun run, Question question, Func<Scenarios.Window, BackendGroup?, long> count)
    {
        var requests = run.Requests(question.Window, question.Backend).Length;
        var part = new Proportion(count(question.Window, question.Backend), requests);
        return requests == 0 ? Reading.Nothing(NoRequest)
            : question.Unit == Unit.Share ? Reading.Of(part)
            : Reading.Of(part.Count, requests);
    }

    // A backend that got nothing is a finding, as long as the others got something.
    private static Reading Count(MeasuredRun run, Question question)
    {
        if (question.Unit == Unit.Share)
        {
            return Share(run, question);
        }

        var (count, all) = Counts(run, question);
        return all == 0 ? Reading.Nothing(NoRequest) : Reading.Of(count, all);
    }

    private static Reading Rate(MeasuredRun run, Question question)
    {
        var (count, all) = Counts(run, question);
        return all == 0 ? Reading.Nothing(NoRequest) : Reading.Of(count / question.Window.Length.TotalSeconds, all);
    }

    private static Reading Share(MeasuredRun run, Question question)
    {
        var picks = new Proportion(run.Picks(question.Window, question.Backend), run.Picks(question.Window));
        return picks.Total == 0 ? Reading.Nothing(NoRequest) : Reading.Of(picks);
    }

    private static (long Count, long All) Counts(MeasuredRun run, Question question)
    {
        var requests = run.Requests(question.Window).Length;
        return question.Backend is { } backend ? (run.Picks(question.Window, backend), run.Picks(question.Window)) : (requests, requests);
    }
}
