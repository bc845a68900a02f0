using LBTool.Core.Health;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>Times of health checks that contradict each other, or the faults that they are to see.</summary>
internal static class HealthWarnings
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Warning> Of(Facts facts) => facts.Scenario.Target.Health.Active is { } check
        ? [.. Timeout(check), .. SlowStart(check, facts.Scenario.Target), .. Unseen(check, facts)]
        : [];

    private static IEnumerable<Warning> Timeout(ActiveCheck check)
    {
        if (check.Timeout > check.Interval)
        {
            yield return new("target.health.active.timeout",
                $"a timeout of {Durations.Format(check.Timeout)} is longer than the interval of {Durations.Format(check.Interval)}: a probe that hangs makes the next ones miss their time",
                $"make the timeout at most {Durations.Format(check.Interval)}, or the interval longer");
        }
    }

    private static IEnumerable<Warning> SlowStart(ActiveCheck check, Target target)
    {
        if (target.SlowStart is { } ramp && ramp.Window < check.Interval)
        {
            yield return new("target.slow_start.window",
                $"a window of {Durations.Format(ramp.Window)} is shorter than the check interval of {Durations.Format(check.Interval)}: the backend has its full share before it is probed again",
                $"make the window several times {Durations.Format(check.Interval)}");
        }
    }

    private static IEnumerable<Warning> Unseen(ActiveCheck check, Facts facts) => facts.Plan.Faults
        .Where(fault => FaultSigns.FailsProbes(check, fault.Effect) && fault.End - fault.Start < Detection.OfFall(check, fault.Effect).Latest)
        .Select(fault => Unseen(fault, Detection.OfFall(check, fault.Effect)));

    private static Warning Unseen(PlannedFault fault, Detection fall)
    {
        var lasts = fault.End - fault.Start;
        return new Warning($"fault {fault.Name}, for",
            $"it lasts {Durations.Format(lasts)}, and probes take {fall} to see it: "
            + (lasts < fall.Earliest ? "they will not" : "whether they do depends on when they come"),
            $"let it last longer than {Durations.Format(fall.Latest)}, or lower interval, fall or timeout of target.health.active");
    }
}
