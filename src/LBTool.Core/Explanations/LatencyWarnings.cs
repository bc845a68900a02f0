using LBTool.Core.Balancing;
using LBTool.Core.Expectations;
using LBTool.Core.Health;
using LBTool.Core.HttpFaults;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>Percentiles that no balancer can keep to, or that rest on too few requests.</summary>
internal static class LatencyWarnings
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Warning> Of(Facts facts) => facts.Expectations
        .Where(expectation => expectation.Metric == LatencyMetrics.Percentile)
        .SelectMany(expectation => facts.WindowOf(expectation) is { } window
            ? new[] { TooFew(expectation, window, facts), TooFast(expectation, window, facts) ?? Slowed(expectation, window, facts) }
            : [])
        .OfType<Warning>();

    private static Warning? TooFew(Expectation expectation, Window window, Facts facts)
    {
        var share = expectation.Backend is { } backend ? facts.ShareOf(facts.Plan.Backends.IndexOf(backend.Value)) : 1;
        var samples = facts.Rate * share * window.Length.TotalSeconds;
        var needed = LatencyMetrics.SamplesNeeded(expectation.Percentile, facts.Scenario.Gate.MinSamples);
        return samples < needed ? new Warning(Key(expectation),
            $"about {Units.Number(Math.Floor(samples.Value))} requests come in {Durations.Format(window.Length)}, and {expectation.MetricName} takes {needed}: it will be inconclusive",
            "raise load.rate, make the window longer, or expect a lower percentile") : null;
    }

    // Answers that come without the work, and timeouts, say nothing of service times.
    private static Warning? TooFast(Expectation expectation, Window window, Facts facts)
    {
        var asked = facts.Scenario.Target.Backends.Where(backend => expectation.Backend is null || expectation.Backend.Value == backend.Name);
        var (name, floor) = asked.Select(backend => (backend.Name, ServiceTimes.AtLeast(backend, (double)expectation.Percentile / 100)))
            .MinBy(row => row.Item2);
        return LimitOf(expectation) is { } limit && limit < floor && floor < Patience(facts.Scenario)
            && !facts.Plan.Faults.Any(fault => fault.Effect is HttpEffect && Overlap(fault, window) > TimeSpan.Zero)
            ? new Warning(Key(expectation),
                $"{name}, the fastest that it is about, has a {expectation.MetricName} of {Durations.Format(floor)} in service alone, more than {Durations.Format(limit)}",
                $"expect more than {Durations.Format(floor)}, or lower target.backends.latency") : null;
    }

    private static Warning? Slowed(Expectation expectation, Window window, Facts facts)
    {
        var hits = facts.Plan.Faults.Where(fault => Overlap(fault, window) > TimeSpan.Zero).ToArray();
        if (hits is not [var fault] || expectation.Backend is not null || LimitOf(expectation) is not { } limit
            || DelayOf(fault) is not { } delay || delay >= Patience(facts.Scenario) || !KeepsItsShare(facts.Scenario.Target) || facts.Rate is null)
        {
            return null;
        }

        var slow = facts.ShareOf(fault) * (Overlap(fault, window) / window.Length);
        return facts.KnowsBackendsOf(fault) && limit < delay && slow > 1 - ((double)expectation.Percentile / 100) ? new Warning(Key(expectation),
            $"{facts.Scenario.Target.Algorithm.Name} does not look at load, so that {Units.Number(100 * slow)}% of the requests meet {fault.Name} and take {Durations.Format(delay)} or more: {expectation.MetricName} cannot be below {Durations.Format(limit)}",
            $"expect more than {Durations.Format(delay)}, or take an algorithm that looks at load, such as p2c") : null;
    }

    // What a fault adds to every request of its backends, at least.
    private static TimeSpan? DelayOf(PlannedFault fault) => fault.Effect switch
    {
        ToxicEffect { Type: "latency", Toxicity: >= 1 } toxic => TimeSpan.FromMilliseconds(
            Math.Max(0, toxic.Attributes.GetValueOrDefault("latency") - toxic.Attributes.GetValueOrDefault("jitter"))),
        HttpEffect { Percent: >= 1, Path: null, Method: null, Fault: HttpDelay slow } => slow.Time,
        _ => null,
    };

    // Nothing moves traffic away from a backend that is only slow; where keys decide, its part of the requests is not known.
    private static bool KeepsItsShare(Target target) =>
        Balancers.Find(target.Algorithm.Name) is { LooksAtLoad: false, UsesKey: false } && target.Sticky is null && target.Health == HealthRules.None
        && target.Retries is null && target.Backends.All(backend => target.LimitsOf(backend).MaxInFlight is null);

    // A request that takes longer ends in another way.
    private static TimeSpan Patience(Scenario scenario) =>
        scenario.Load.Timeout < scenario.Target.Timeout ? scenario.Load.Timeout : scenario.Target.Timeout;

    private static TimeSpan? LimitOf(Expectation expectation) =>
        expectation is { Comparison.Upper: true, Bound: FixedBound bound } ? TimeSpan.FromTicks((long)bound.Value) : null;

    private static TimeSpan Overlap(PlannedFault fault, Window window) => new Window(
        fault.Start > window.From ? fault.Start : window.From, fault.End < window.Until ? fault.End : window.Until).Length;

    private static string Key(Expectation expectation) => $"expect '{expectation.Text}'";
}
