using System.Globalization;
using System.Text.RegularExpressions;
using LBTool.Core.Health;

namespace LBTool.Core.Expectations;

/// <summary>Reads <c>60ms</c>, <c>5%</c>, <c>450/s</c>, <c>20</c> and <c>2x baseline + 20ms</c>.</summary>
internal static partial class BoundReader
{
    public static Bound Read(Piece text, string name, Metric metric, Placed<string>? backend)
    {
        if (text.IsEmpty)
        {
            throw new MisreadException(text.Start, $"a bound is missing: '{name}' is compared with {Words(metric.Units)}");
        }

        if (RelativeForm().Match(text.Text) is { Success: true } match)
        {
            return ReadRelative(text, match, name, metric, backend);
        }

        var orWindow = metric.Trend == Trend.Level || metric.WholeRun ? "" : ", or with another window: 2x NAME";
        var (value, unit) = ReadValue(text, name, metric, metric.Units.AsSpan(), orWindow);
        return new FixedBound(value, unit == Unit.Share ? ShareUnit(text, name, metric, backend) : unit);
    }

    // Windows differ in length, so a count in one says nothing about a count in another: those compare as shares.
    private static RelativeBound ReadRelative(Piece text, Match match, string name, Metric metric, Placed<string>? backend)
    {
        if (metric.Trend == Trend.Level || metric.WholeRun)
        {
            throw new MisreadException(text.Start, metric.WholeRun
                ? $"'{name}' is known for the whole run only and cannot be compared with a window"
                : $"'{name}' has a value at every instant and cannot be compared with a window{(metric == HealthMetrics.State ? "" : ": use 'max_inflight'")}");
        }

        var unit = metric.Units.Contains(Unit.Share) ? ShareUnit(text, name, metric, backend) : metric.Units[0];
        if (!double.TryParse(match.Groups["factor"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor)
            || !double.IsFinite(factor))
        {
            throw new MisreadException(text.Start, $"'{ExpectationParser.Excerpt(text)}' has no factor that can be used");
        }

        var window = match.Groups["window"];
        var constant = match.Groups["constant"];
        var (added, _) = constant.Success
            ? ReadValue(text.Cut(constant.Index).Tail, name, metric, [unit], "")
            : (0, unit);
        return new RelativeBound(factor, new Placed<string>(window.Value, text.Start + window.Index),
            match.Groups["sign"].Value == "-" ? -added : added, unit, text.Text);
    }

    private static (double Value, Unit Unit) ReadValue(Piece text, string name, Metric metric, ReadOnlySpan<Unit> allowed, string orWindow)
    {
        var words = Words(allowed.ToArray());
        if (allowed is [Unit.State] && BackendStates.Find(text.Text) is null)
        {
            throw new MisreadException(text.Start,
                $"unknown state '{ExpectationParser.Excerpt(text)}'{ExpectationParser.DidYouMean(text.Text, BackendStates.Names)} States: {string.Join(", ", BackendStates.Names)}");
        }

        var (value, unit) = Units.Read(text.Text) ?? throw new MisreadException(text.Start,
            $"'{ExpectationParser.Excerpt(text)}' is no bound: '{name}' is compared with {words}{orWindow}");
        var read = unit == Unit.Count && allowed.Contains(Unit.Rate) ? Unit.Rate : unit;
        if (!allowed.Contains(read))
        {
            throw new MisreadException(text.Start, $"'{name}' is compared with {words}, and '{text.Text}' is {Kind(unit)}");
        }

        return WhyNever(value, read, metric) is { } why ? throw new MisreadException(text.Start, $"'{name}' {why}: '{text.Text}' can never be reached") : (value, read);
    }

    // What is counted only grows, or is there at an instant; what varies may be a ratio.
    private static string? WhyNever(double value, Unit unit, Metric metric) =>
        unit == Unit.Share && value > 1 && !metric.BeyondAll ? "is a part of a whole, 0% … 100%"
        : unit == Unit.Count && metric.Trend != Trend.Varies && !double.IsInteger(value) ? "is a whole number"
        : null;

    private static Unit ShareUnit(Piece text, string name, Metric metric, Placed<string>? backend) =>
        metric != TrafficMetrics.Requests || backend is not null ? Unit.Share : throw new MisreadException(text.Start,
            $"'{name}' without a backend is always 100% of itself: write {name}{{backend=NAME}}, a plain number, or use 'rps'");

    private static string Words(IEnumerable<Unit> units) => string.Join(" or ", units.Select(Units.Describe));

    private static string Kind(Unit unit) => unit switch
    {
        Unit.Duration => "a duration",
        Unit.Share => "a percentage",
        Unit.Rate => "a rate",
        Unit.State => "a state",
        _ => "a plain number",
    };

    [GeneratedRegex(@"\A(?<factor>[0-9]+(?:\.[0-9]+)?)\s*x\s+(?<window>[A-Za-z0-9_-]+)(?:\s*(?<sign>[+-])\s*(?<constant>\S.*))?\z", RegexOptions.Singleline)]
    private static partial Regex RelativeForm();
}
