using LBTool.Core.Expectations;
using LBTool.Core.Health;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>How many requests a fault may cost: rate × share × the time until its backends are found out.</summary>
internal static class LossBudgets
{
    /// <summary>That of a fault; null when it costs none, or when users wait for answers, so that no rate is known.</summary>
    public static Figure? Of(PlannedFault fault, Facts facts)
    {
        if (facts.Rate is not { } rate)
        {
            return null;
        }

        var health = facts.Scenario.Target.Health;
        return health.Active is { } check && FaultSigns.FailsProbes(check, fault.Effect) ? UntilProbes(fault, Detection.OfFall(check).Latest, rate, facts)
            : FaultSigns.LosesOf(fault.Effect) is not (> 0 and var part) ? null
            : part == 1 && health.Passive is { Consecutive: { } failures } passive ? UntilEjected(fault, failures, passive, facts)
            : ToItsEnd(fault, part, rate, facts);
    }

    private static Figure UntilProbes(PlannedFault fault, TimeSpan latest, double rate, Facts facts)
    {
        var lasts = fault.End - fault.Start;
        return Budget(fault, 1, latest < lasts ? latest : lasts, rate, facts,
            fault.Effect is ActionEffect { Action: BackendAction.FailHealth } ? "; only its probes fail, so that requests are answered" : "");
    }

    private static Figure ToItsEnd(PlannedFault fault, double part, double rate, Facts facts) =>
        Budget(fault, part, fault.End - fault.Start, rate, facts, "; no probe is sure to find it out, so that it lasts as long as the fault");

    private static Figure Budget(PlannedFault fault, double part, TimeSpan unseen, double rate, Facts facts, string remark)
    {
        var share = facts.ShareOf(fault);
        return new Figure(
            $"loss budget of {fault.Name}",
            $"at most {Units.Number(AtMost(rate * share * part * unseen.TotalSeconds))} requests",
            $"sent to {Names(fault, facts)} unseen: {Units.Number(rate)}/s x {Units.Number(100 * share)}%{(part < 1 ? $" x {Units.Number(100 * part)}%" : "")} x {Durations.Format(unseen)}, its share by weight assumed"
            + (facts.Scenario.Load.Arrivals == ArrivalSpacing.Poisson ? ", on average" : "")
            + remark);
    }

    private static Figure UntilEjected(PlannedFault fault, int failures, PassiveCheck check, Facts facts)
    {
        var count = facts.Scenario.Target.Backends.Length;
        var most = Math.Max(1, (int)(check.MaxEjected * count));
        var ejected = Math.Min(most, fault.Backends.Length);
        return new Figure(
            $"loss budget of {fault.Name}",
            $"{failures * ejected} requests until ejected",
            $"{failures} failures in a row x {ejected} of {Names(fault, facts)}; what is in flight then is lost too, and one trial after each ejection"
            + (ejected < fault.Backends.Length ? $"; max_ejected leaves {fault.Backends.Length - ejected} of them in, which go on failing" : ""));
    }

    private static string Names(PlannedFault fault, Facts facts) => string.Join(", ", facts.NamesOf(fault));

    // 1/3 of 300 is 100, whatever binary fractions make of it.
    private static double AtMost(double requests) => Math.Ceiling(requests - 1e-9);
}
