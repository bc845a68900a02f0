using System.Collections.Immutable;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Reports;

/// <summary>An expectation's value over several attempts, each with a seed of its own. Numbers are null when no attempt has one.</summary>
/// <param name="Text">The expectation, as written.</param>
/// <param name="Unit">Of the numbers: <c>ms</c>, <c>%</c>, <c>/s</c>, or empty for counts.</param>
/// <param name="Mean">Of the attempts' values.</param>
/// <param name="HalfWidth">Half the width of the mean's 95 % confidence interval, by Student's t; null below two values.</param>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The largest.</param>
/// <param name="Attempts">Attempts that have a value; one in which a thing that was waited for never happened has none.</param>
/// <param name="Passed">Attempts in which the expectation passed.</param>
public sealed record ValueReport(
    string Text, string Unit, double? Mean, double? HalfWidth, double? Least, double? Most, int Attempts, int Passed)
{
    /// <summary>The mean with its interval: <c>12.4ms ± 0.3ms</c>; null when no attempt has a value.</summary>
    public string? InWords() => Mean is null ? null : Write(Mean) + (HalfWidth is null ? "" : $" ± {Write(HalfWidth)}");

    /// <summary>The smallest and the largest: <c>12ms … 13.1ms</c>; null when no attempt has a value.</summary>
    public string? Range() => Mean is null ? null : $"{Write(Least)} … {Write(Most)}";

    internal static ImmutableArray<ValueReport> Of(IReadOnlyList<AttemptReport> attempts) => attempts.Count == 1 ? [] :
    [
        .. Enumerable.Range(0, attempts[0].Expectations.Length)
            .Select(place => Of([.. attempts.Select(attempt => attempt.Expectations[place])])),
    ];

    private static ValueReport Of(ImmutableArray<ExpectationOutcome> outcomes)
    {
        Measured[] values = [.. outcomes.Select(outcome => outcome.Value).OfType<Measured>()];
        var blank = new ValueReport(outcomes[0].Text, "", null, null, null, null, values.Length, outcomes.Count(outcome => outcome.Verdict == Verdict.Passed));
        if (values.Length == 0)
        {
            return blank;
        }

        var (name, scale) = Units.OfReports(values[0].Unit);
        double[] numbers = [.. values.Select(value => value.Value * scale)];
        var mean = MeanInterval.Of(numbers);
        return blank with { Unit = name, Mean = mean.Mean, HalfWidth = mean.HalfWidth, Least = numbers.Min(), Most = numbers.Max() };
    }

    private string Write(double? number) => Unit == Units.OfReports(Expectations.Unit.Duration).Name
        ? Durations.Format(TimeSpan.FromMilliseconds(number!.Value))
        : Units.Number(number!.Value) + Unit;
}
