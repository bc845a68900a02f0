using LBTool.Core.Health;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>How long active checks take to see that something has changed, at best and at worst.</summary>
/// <param name="Earliest">From the change; 0 or more.</param>
/// <param name="Latest">From the change.</param>
/// <param name="Because">The arithmetic.</param>
internal sealed record Detection(TimeSpan Earliest, TimeSpan Latest, string Because)
{
    /// <summary>
    /// That a backend is gone. At best a probe fails right away, at worst one has just passed, and the last one that
    /// counts hangs until its timeout. A probe that hangs longer than an interval makes the next one miss beats.
    /// </summary>
    public static Detection OfFall(ActiveCheck check) => OfFall(check, check.Timeout);

    /// <summary>The same of a fault, by which probes fail at once or hang.</summary>
    public static Detection OfFall(ActiveCheck check, FaultEffect effect) =>
        OfFall(check, FaultSigns.HangsProbes(effect) ? check.Timeout : TimeSpan.Zero);

    /// <summary>That a backend is back, and answers at once.</summary>
    public static Detection OfRise(ActiveCheck check)
    {
        var interval = Durations.Format(check.Interval);
        return new Detection(
            Least(check, check.Rise), (check.Rise * check.Interval) + check.Jitter,
            $"({check.Rise} - 1) x {interval}{Less(check)} .. {check.Rise} x {interval}{More(check)}, from when it answers at once");
    }

    /// <summary>E.g. <c>1s .. 1.7s</c>.</summary>
    public override string ToString() => $"{Durations.Format(Earliest)} .. {Durations.Format(Latest)}";

    private static Detection OfFall(ActiveCheck check, TimeSpan hanging)
    {
        var beat = check.Interval * Math.Max(1, Math.Ceiling((hanging + check.Jitter) / check.Interval));
        var latest = check.Interval + ((check.Fall - 1) * beat) + hanging + check.Jitter;
        var interval = Durations.Format(check.Interval);
        var most = beat == check.Interval || check.Fall == 1
            ? $"{check.Fall} x {interval}"
            : $"{interval} + {check.Fall - 1} x {Durations.Format(beat)} (probes that hang hold up the next)";
        return new Detection(
            Least(check, check.Fall), latest,
            $"({check.Fall} - 1) x {interval}{Less(check)} .. {most}{(hanging > TimeSpan.Zero ? $" + {Durations.Format(hanging)} timeout" : "")}{More(check)}");
    }

    private static TimeSpan Least(ActiveCheck check, int probes)
    {
        var least = ((probes - 1) * check.Interval) - check.Jitter;
        return least > TimeSpan.Zero ? least : TimeSpan.Zero;
    }

    private static string Less(ActiveCheck check) => check.Jitter > TimeSpan.Zero ? $" - {Durations.Format(check.Jitter)} jitter" : "";

    private static string More(ActiveCheck check) => check.Jitter > TimeSpan.Zero ? $" + {Durations.Format(check.Jitter)} jitter" : "";
}
