using LBTool.Core.Expectations;
using LBTool.Core.Health;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>How soon health checks see that a backend is gone, and what is lost until then.</summary>
internal static class HealthFigures
{
    private static readonly TimeSpan LongestShown = TimeSpan.FromDays(365);

    /// <summary>Of the checks that there are, and of the faults that cost requests.</summary>
    public static IEnumerable<Figure> Of(Facts facts)
    {
        var health = facts.Scenario.Target.Health;
        return [
            .. health.Active is { } active ? Active(active) : [],
            .. health.Passive is { } passive ? Passive(passive, facts) : [],
            .. facts.Plan.Faults.Select(fault => LossBudgets.Of(fault, facts)).OfType<Figure>(),
        ];
    }

    private static IEnumerable<Figure> Active(ActiveCheck check)
    {
        var fall = Detection.OfFall(check);
        var rise = Detection.OfRise(check);
        return
        [
            new("detection by probes", fall.ToString(), fall.Because),
            new("readmission by probes", rise.ToString(), rise.Because),
        ];
    }

    private static string Length(double seconds) =>
        seconds < LongestShown.TotalSeconds ? Durations.Format(TimeSpan.FromSeconds(seconds)) : "more than a year";

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
