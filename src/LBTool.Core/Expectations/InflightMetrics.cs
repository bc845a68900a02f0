using System.Collections.Immutable;
using LBTool.Core.Measurements;

namespace LBTool.Core.Expectations;

/// <summary>How many requests were in flight behind the balancer, from its leases.</summary>
internal static class InflightMetrics
{
    public const string NoLeases = "the balancer wrote no leases down, so what was in flight is not known";

    public const string NoLease = "no lease in the window";

    public static ImmutableArray<Metric> Rows { get; } =
    [
        new("inflight", "leases open at an instant; during a window it must hold at every instant, within a time at one",
            [Unit.Count], BackendLabel.Optional, Trend.Level, "inflight{backend=b2} == 0 within 5s of drain-b2.start")
        {
            Measure = (run, question) => Measure(run, question, range => range),
            Steps = (run, backend, window) => [run.Inflight(backend).In(window).Select(step => (step.At, (double)step.Open))],
        },
        new("max_inflight", "the most leases open at one instant",
            [Unit.Count], BackendLabel.Optional, Trend.Grows, "max_inflight{backend=b1} <= 20 during faulted")
        {
            Measure = (run, question) => Measure(run, question, range => (range.High, range.High)),
        },
    ];

    private static Reading Measure(
        MeasuredRun run, Question question, Func<(int Low, int High), (int Low, int High)> values)
    {
        if (!run.HasLeases)
        {
            return Reading.Nothing(NoLeases);
        }

        var (low, high) = values(run.Inflight(question.Backend).RangeIn(question.Window));
        var leases = run.OpenIn(question.Window);
        return leases == 0 ? Reading.Nothing(NoLease) : new Reading(low, high, leases);
    }
}
