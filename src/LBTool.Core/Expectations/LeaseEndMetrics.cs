using System.Collections.Immutable;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;

namespace LBTool.Core.Expectations;

/// <summary>What the balancer did besides forwarding: tried again, and cut; and what broke under it.</summary>
internal static class LeaseEndMetrics
{
    public static ImmutableArray<Metric> Rows { get; } =
    [
        new("retries", "tries of the balancer after the first one of a request, by their start; with a backend, those that went there; as a share, of the clients' requests",
            [Unit.Count, Unit.Share], BackendLabel.Optional, Trend.Grows, "retries <= 20%")
        {
            BeyondAll = true,
            Measure = Retries,
        },
        new("resets", "requests on a backend whose connection broke before the whole answer was there, or that were cut, by their end",
            [Unit.Count], BackendLabel.Optional, Trend.Grows, "resets{backend=b2} == 0")
        {
            Measure = (run, question) => Count(run, question, outcome => outcome is LeaseOutcome.Broken or LeaseOutcome.Cut),
        },
        new("cut", "requests that the balancer broke off at the deadline of a drain",
            [Unit.Count], BackendLabel.Optional, Trend.Grows, "cut == 0")
        {
            Measure = (run, question) => Count(run, question, outcome => outcome == LeaseOutcome.Cut),
        },
    ];

    private static Reading Retries(MeasuredRun run, Question question)
    {
        var requests = run.Requests(question.Window).Length;
        var retries = run.Retries(question.Window, question.Backend);
        return !run.HasLeases ? Reading.Nothing(InflightMetrics.NoLeases)
            : requests == 0 ? Reading.Nothing("no request in the window")
            : question.Unit == Unit.Share ? Reading.Of((double)retries / requests, requests)
            : Reading.Of(retries, requests);
    }

    // A backend that had nothing to lose is a finding, as long as the balancer gave somebody something.
    private static Reading Count(MeasuredRun run, Question question, Func<LeaseOutcome, bool> counts)
    {
        if (!run.HasLeases)
        {
            return Reading.Nothing(InflightMetrics.NoLeases);
        }

        var all = run.Ends(question.Window).Length;
        var counted = 0;
        foreach (var lease in run.Ends(question.Window, question.Backend))
        {
            counted += counts(lease.Outcome) ? 1 : 0;
        }

        return all == 0 ? Reading.Nothing(InflightMetrics.NoLease) : Reading.Of(counted, all);
    }
}
