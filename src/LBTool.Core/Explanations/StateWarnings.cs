using LBTool.Core.Expectations;
using LBTool.Core.Health;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>States that are expected before probes can have seen them, or after they must have.</summary>
internal static class StateWarnings
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Warning> Of(Facts facts) => facts.Scenario.Target.Health.Active is { } check
        ? facts.Expectations.Select(expectation => Check(expectation, check, facts)).OfType<Warning>()
        : [];

    private static Warning? Check(Expectation expectation, ActiveCheck check, Facts facts)
    {
        if (expectation is not { When: Within within, Comparison.Sign: "==", Bound: FixedBound { Unit: Unit.State } state }
            || facts.Plan.Faults.FirstOrDefault(fault => fault.Name == within.Of.Value.Of) is not { } fault
            || Predict(fault, within.Of.Value.Anchor, (BackendState)state.Value, check) is not { } predicted
            || !Decides(fault, expectation.Backend!.Value, check, facts))
        {
            return null;
        }

        var (from, until) = (within.Of.Value.Offset + within.Earliest, within.Of.Value.Offset + within.Latest);
        var edge = within.Of.Value.Anchor == MomentAnchor.WindowStart ? "start" : "end";
        return until >= predicted.Earliest && from <= predicted.Latest ? null : new Warning($"expect '{expectation.Text}'",
            $"probes reach that state {predicted} after {fault.Name}.{edge} ({predicted.Because}), never {Durations.Format(from)} .. {Durations.Format(until)} after it",
            $"expect it within {predicted} of {fault.Name}.{edge}, or change target.health.active");
    }

    // Null where arithmetic does not tell: a process that comes back takes a while to start.
    private static Detection? Predict(PlannedFault fault, MomentAnchor edge, BackendState state, ActiveCheck check)
    {
        if (!FaultSigns.FailsProbes(check, fault.Effect))
        {
            return null;
        }

        if (edge == MomentAnchor.WindowStart)
        {
            return state == BackendState.Down ? Detection.OfFall(check) : null;
        }

        // A probe that hangs when the fault ends, ends late.
        var rise = Detection.OfRise(check);
        return state == BackendState.Up && fault.Effect is ActionEffect { Action: BackendAction.FailHealth or BackendAction.Down or BackendAction.Pause }
            ? rise with { Latest = rise.Latest + check.Timeout, Because = $"{rise.Because} + {Durations.Format(check.Timeout)} timeout" }
            : null;
    }

    // That the fault is seen, and that no other fault has a part in the state of the backend then.
    private static bool Decides(PlannedFault fault, string backend, ActiveCheck check, Facts facts)
    {
        var margin = Detection.OfFall(check).Latest;
        var index = facts.Plan.Backends.IndexOf(backend);
        return facts.KnowsBackendsOf(fault) && fault.Backends.Contains(index)
            && fault.End - fault.Start >= margin
            && !facts.Plan.Faults.Any(other => other != fault && (!facts.KnowsBackendsOf(other) || other.Backends.Contains(index))
                && other.Start < fault.End + margin && other.End + margin > fault.Start);
    }
}
