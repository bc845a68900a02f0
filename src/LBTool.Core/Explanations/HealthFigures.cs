using LBTool.Core.Expectations;
using LBTool.Core.Health;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>How soon health checks see that a backend is gone, and what it gets until then.</summary>
internal static class HealthFigures
{
    private static readonly TimeSpan LongestShown = TimeSpan.FromDays(365);

    /// <summary>Nothing where there are no checks.</summary>
    public static IEnumerable<Figure> Of(Facts facts)
    {
        var health = facts.Scenario.Target.Health;
        return [
            .. health.Active is { } active ? Active(active, facts) : [],
            .. health.Passive is { } passive ? Passive(passive, facts) : [],
        ];
    }

    private static IEnumerable<Figure> Active(ActiveCheck check, Facts facts)
    {
        var fall = Detection.OfFall(check);
        var rise = Detection.OfRise(check);
        return
        [
            new("detection by probes", fall.ToString(), fall.Because),
            new("readmission by probes", rise.ToString(), rise.Because),
            .. facts.Plan.Faults.Where(fault => Detection.Sees(check, fault.Effect)).Select(fault => Loss(fault, fall, facts)).OfType<Figure>(),
        ];
    }

    // No request is sent by schedule when users wait for answers, so that nothing can be said of them.
    private static Figure? Loss(PlannedFault fault, Detection fall, Facts facts)
    {
        if (facts.Rate is not { } rate)
        {
            return null;
        }

        var unseen = fall.Latest < fault.End - fault.Start ? fall.Latest : fault.End - fault.Start;
        var (share, arrivals) = (facts.ShareOf(fault), facts.Scenario.Load.Arrivals);
        return new Figure(
            $"loss budget of {fault.Name}",
            $"at most {Units.Number(AtMost(rate * share * unseen.TotalSeconds))} requests",
            $"sent to {string.Join(", ", facts.NamesOf(fault))} unseen: {Units.Number(rate)}/s x {Units.Number(100 * share)}% x {Durations.Format(unseen)}, its share by weight assumed"
            + (arrivals == ArrivalSpacing.Poisson ? ", on average" : "")
            + (fault.Effect is ActionEffect { Action: BackendAction.FailHealth } ? "; only its probes fail, so that requests are answered" : ""));
    }

    private static string Length(double seconds) =>
        seconds < LongestShown.TotalSeconds ? Durations.Format(TimeSpan.FromSeconds(seconds)) : "more than a year";

    // 1/3 of 300 is 100, whatever binary fractions make of it.
    private static double AtMost(double requests) => Math.Ceiling(requests - 1e-9);

    private static IEnumerable<Figure> Passive(PassiveCheck check, Facts facts)
    {
        if (check.Consecutive is { } failures)
        {
            var count = facts.Scenario.Target.Backends.Length;
            yield return facts.Rate is { } rate
                ? new("ejection by requests", $"{failures} failures in a row: {Length((double)failures * count / rate)}",
                    $"{failures} / ({Units.Number(rate)}/s / {count}), equal shares and failures at once assumed; one that hangs takes {Durations.Format(facts.Scenario.Target.Timeout)} more")
                : new("ejection by requests", $"{failures} failures in a row", "how soon depends on the answers: virtual users have no rate");
        }

        yield return new("ejections last", $"{string.Join(", ", Lengths(check))} at most", $"n x {Durations.Format(check.Ejection)}, then one less for each such time without");
    }

    private static IEnumerable<string> Lengths(PassiveCheck check)
    {
        const int Shown = 3;
        var first = Enumerable.Range(1, Shown).Select(times => times * check.Ejection).TakeWhile(length => length < check.MaxEjection);
        foreach (var length in first)
        {
            yield return Durations.Format(length);
        }

        yield return (check.MaxEjection > Shown * check.Ejection ? "… " : "") + Durations.Format(check.MaxEjection);
    }
}
