using System.Collections.Immutable;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Expectations;

/// <summary>Finds expectations that read well and can never be judged in their scenario.</summary>
public static class ExpectationChecker
{
    /// <summary>
    /// What is wrong, each with its 0-based column in the text: unknown backends and windows, windows that refer to
    /// themselves, that are empty or lie outside what is measured, an achieved rate where no rate is asked for, states
    /// where nothing changes any, an imbalance below the least there is.
    /// </summary>
    /// <param name="expectation">What is expected.</param>
    /// <param name="scenario">Of what.</param>
    /// <param name="byHand">Whether somebody may take backends out of the pool meanwhile.</param>
    public static ImmutableArray<(int Position, string Message)> Check(Expectation expectation, Scenario scenario, bool byHand = false)
    {
        var length = scenario.Load.Duration;
        var resolver = new MomentResolver(scenario, length);
        return
        [
            .. CheckLoad(expectation, scenario),
            .. CheckStates(expectation, scenario, byHand),
            .. byHand ? [] : CheckImbalance(expectation, scenario),
            .. expectation.Backend is { } backend ? CheckBackend(backend, scenario) : [],
            .. expectation.Bound is RelativeBound bound ? CheckNamed(bound.Window, scenario, resolver) : [],
            .. expectation.When switch
            {
                DuringNamed named => CheckNamed(named.Name, scenario, resolver),
                DuringMoments range => CheckRange(range, scenario, resolver),
                DuringState during => CheckBackend(during.Backend, scenario),
                Within within => CheckMoment(within.Of, scenario, resolver),
                _ => [],
            },
        ];
    }

    private static IEnumerable<(int Position, string Message)> CheckLoad(Expectation expectation, Scenario scenario)
    {
        if (expectation.Metric == DriverMetrics.AchievedRate && scenario.Load.Executor == Executor.ConstantVus)
        {
            yield return (0, "'achieved_rate' needs a load with a rate: virtual users have no schedule to fall behind");
        }
    }

    // What is the same in every run would pass, or fail, whatever the balancer does.
    private static IEnumerable<(int Position, string Message)> CheckStates(Expectation expectation, Scenario scenario, bool byHand)
    {
        var health = scenario.Target.Health;
        var hasChecks = health.Active is not null || health.Passive is not null;
        if (expectation.Metric == HealthMetrics.Panic && (!hasChecks || health.PanicThreshold == 0))
        {
            yield return (0, hasChecks
                ? "target.health.panic_threshold is 0%, so that there is never a panic; give it another value, or expect errors instead"
                : "no health checks in this scenario, so that there is never a panic; add target.health, or expect errors instead");
        }
        else if ((expectation.Metric == HealthMetrics.TimeToEject || expectation.Metric == HealthMetrics.TimeToReadmit) && !hasChecks)
        {
            yield return (0, "no health checks in this scenario, so that no backend is ever down or ejected; add target.health, or expect errors instead");
        }
        else if (expectation.Metric == HealthMetrics.State || expectation.Metric == HealthMetrics.Transitions)
        {
            var drains = scenario.Faults.Any(fault => PoolFaults.Drains(fault.Effect) && MayHit(fault.Target, expectation.Backend?.Value));
            if (!hasChecks && !byHand && !drains)
            {
                var (whom, whose) = expectation.Backend is { Value: var name } ? (name, "its state") : ("a backend", "every state");
                yield return (0, $"no health checks in this scenario, and no fault drains {whom}, so that {whose} is always up; "
                    + "add target.health, or expect errors instead");
            }
        }
    }

    // Picks over dues have a mean of 1, weighted by the dues, so that the most of them is no less: but where some picks
    // are of a backend that is due nothing at the start, which is not looked at.
    private static IEnumerable<(int Position, string Message)> CheckImbalance(Expectation expectation, Scenario scenario)
    {
        var weights = scenario.Target.Backends.Select(backend => backend.Weight).ToArray();
        var isCertain = expectation is { Bound: FixedBound { Value: var bound }, Comparison: { Sign: var sign } }
            && (bound < 1 || (bound == 1 && sign is "<" or ">="));
        if (expectation.Metric == PlacementMetrics.Imbalance && isCertain && (weights.All(weight => weight > 0) || weights.All(weight => weight == 0)))
        {
            yield return (0, "'imbalance' is never below 1, which is even, so that this is the same in every run; "
                + "write == 1 or > 1, or a bound above 1");
        }
    }

    private static bool MayHit(FaultTarget target, string? backend) =>
        backend is null || target is not NamedBackends named || named.Names.Contains(backend);

    private static IEnumerable<(int Position, string Message)> CheckBackend(Placed<string> backend, Scenario scenario)
    {
        var known = scenario.Target.Backends.Select(spec => spec.Name).ToArray();
        if (!known.Contains(backend.Value))
        {
            yield return (backend.Position, Unknown("backend", backend.Value, "Backends", known));
        }
    }

    private static IEnumerable<(int Position, string Message)> CheckNamed(
        Placed<string> name, Scenario scenario, MomentResolver resolver) =>
        !resolver.Knows(name.Value) ? [(name.Position, UnknownWindow(name.Value, scenario))]
        : resolver.WindowOf(name.Value) is { } window ? CheckWindow(window, name.Position, $"'{name.Value}'", scenario)
        : [(name.Position, $"'{name.Value}' refers to itself")];

    private static IEnumerable<(int Position, string Message)> CheckRange(
        DuringMoments range, Scenario scenario, MomentResolver resolver)
    {
        var wrong = CheckMoment(range.From, scenario, resolver).Concat(CheckMoment(range.Until, scenario, resolver)).ToArray();
        return wrong.Length > 0 ? wrong : CheckWindow(
            new Window(resolver.TimeOf(range.From.Value)!.Value, resolver.TimeOf(range.Until.Value)!.Value),
            range.From.Position, "the window", scenario);
    }

    private static IEnumerable<(int Position, string Message)> CheckMoment(
        Placed<Moment> moment, Scenario scenario, MomentResolver resolver)
    {
        if (moment.Value.Of is { } name && !resolver.Knows(name))
        {
            yield return (moment.Position, UnknownWindow(name, scenario));
        }
        else if (resolver.TimeOf(moment.Value) is not { } time)
        {
            yield return (moment.Position, $"'{Moments.Format(moment.Value)}' refers to itself");
        }
        else if (time < TimeSpan.Zero || time > scenario.Load.Duration)
        {
            yield return (moment.Position, $"{Durations.Format(time)} is outside the run of {Durations.Format(scenario.Load.Duration)}");
        }
    }

    private static IEnumerable<(int Position, string Message)> CheckWindow(Window window, int position, string what, Scenario scenario)
    {
        var (from, until) = (Durations.Format(window.From), Durations.Format(window.Until));
        if (window.Length == TimeSpan.Zero)
        {
            yield return (position, $"{what} is empty: it goes from {from} to {until}");
        }
        else if (window.Until <= scenario.Load.Warmup)
        {
            yield return (position, $"{what} ends at {until}, and nothing is measured during warm-up ({Durations.Format(scenario.Load.Warmup)})");
        }
    }

    private static string UnknownWindow(string name, Scenario scenario)
    {
        var known = scenario.Faults.Select(fault => fault.Name).Concat(scenario.Phases.Select(phase => phase.Name)).ToArray();
        return known.Length == 0
            ? $"unknown window '{name}': the scenario has no fault and no phase"
            : Unknown("window", name, "Faults and phases", known);
    }

    private static string Unknown(string kind, string name, string all, string[] known) =>
        $"unknown {kind} '{name}'{ExpectationParser.DidYouMean(name, known)} {all}: {string.Join(", ", known)}";
}
