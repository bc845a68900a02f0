using LBTool.Core.Scenarios;

namespace LBTool.Core.Expectations;

/// <summary>What became of reading an expectation: it, or what is wrong with it and where.</summary>
/// <param name="Expectation">Null when it could not be read.</param>
/// <param name="Error">Complete by itself: what is wrong, what was probably meant, what is allowed. Null when it could be read.</param>
/// <param name="Position">0-based column of the error.</param>
public sealed record ExpectationParsing(Expectation? Expectation, string? Error, int Position);

/// <summary>
/// Reads expectations:
/// <code>
///   metric [ {label=value, …} ] op bound [ during window | within t [.. t2] of moment ]
/// </code>
/// Either all of the text has a meaning, or there is an error. Whether its names exist is not known here: see
/// <see cref="ExpectationChecker"/>.
/// </summary>
public static class ExpectationParser
{
    private const string Form = "<metric> <op> <bound>, e.g. p99 < 60ms";

    /// <summary>Reads one; never throws.</summary>
    public static ExpectationParsing Parse(string text)
    {
        try
        {
            return new ExpectationParsing(Read(text), null, 0);
        }
        catch (MisreadException wrong)
        {
            return new ExpectationParsing(null, wrong.Message, wrong.Position);
        }
    }

    private static Expectation Read(string text)
    {
        RejectControls(text);
        var all = new Piece(text, 0, text.Length).Trim();
        var (name, rest) = all.CutWhile(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');
        var (metric, percentile) = ReadMetric(name, all);
        (var backend, rest) = LabelReader.Read(rest.Trim(), metric);
        (var comparison, rest) = ReadComparison(rest.Trim(), metric);
        var clause = rest.SplitAtWord("during", "within");
        var bound = BoundReader.Read((clause?.Before ?? rest).Trim(), name.Text, metric, backend);
        RejectCertain(comparison, bound, metric, name, (clause?.Before ?? rest).Trim());
        var when = clause is { } found ? WhenReader.Read(found.Word, found.After.Trim(), name.Text, metric) : null;
        return new Expectation(text, metric, percentile, backend, comparison, bound, when);
    }

    // .NET's number parsing ignores trailing NULs, and a terminal would obey an escape.
    private static void RejectControls(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && !char.IsWhiteSpace(text[i]))
            {
                throw new MisreadException(i, $"a control character (U+{(int)text[i]:X4}) has no place in an expectation");
            }
        }
    }

    // Nothing that is measured is below 0, and no part is more than its whole: one of the two always holds, and the other
    // one never does.
    private static void RejectCertain(Comparison comparison, Bound bound, Metric metric, Piece name, Piece text)
    {
        if (bound is FixedBound { Value: 0 } and not { Unit: Unit.State } && comparison.Sign is "<" or ">=")
        {
            throw new MisreadException(text.Start,
                $"'{name.Text}' is never below 0, so that '{comparison.Sign} {text.Text}' {(comparison.Upper ? "never" : "always")} holds: write == {text.Text} or > {text.Text}");
        }

        if (bound is FixedBound { Value: 1, Unit: Unit.Share } && !metric.BeyondAll && comparison.Sign is ">" or "<=")
        {
            throw new MisreadException(text.Start,
                $"'{name.Text}' is never above 100%, so that '{comparison.Sign} {text.Text}' {(comparison.Upper ? "always" : "never")} holds: write == {text.Text} or < {text.Text}");
        }
    }

    private static (Metric Metric, decimal Percentile) ReadMetric(Piece name, Piece all)
    {
        if (name.IsEmpty)
        {
            throw new MisreadException(name.Start, all.IsEmpty
                ? $"the expectation is empty: write {Form}"
                : $"an expectation begins with a metric: write {Form}. Metrics: {Metrics.Names}");
        }

        var (metric, percentile) = Metrics.Find(name.Text) ?? throw new MisreadException(name.Start,
            $"unknown metric '{name.Text}'{DidYouMean(name.Text, [.. Metrics.All.Select(row => row.Name), "p50", "p95", "p99"])} Metrics: {Metrics.Names}");
        return metric != LatencyMetrics.Percentile || percentile is >= Metrics.LowestPercentile and <= Metrics.HighestPercentile
            ? (metric, percentile)
            : throw new MisreadException(name.Start,
                $"'{name.Text}' is out of range: percentiles go from p50 to p99.99; the largest latency is 'max'");
    }

    /// <summary>Reads one of the comparisons that a metric allows: states are the same or not, and none is less than another.</summary>
    internal static (Comparison Comparison, Piece After) ReadComparison(Piece text, Metric metric)
    {
        var known = Comparison.All.Where(row => metric != HealthMetrics.State || row.Sign is "==" or "!=").ToArray();
        var (sign, rest) = text.CutWhile("<>=!~≤≥≠".Contains);
        var allowed = string.Join(", ", known.Select(row => row.Sign));
        if (sign.IsEmpty)
        {
            throw new MisreadException(sign.Start, text.IsEmpty
                ? $"a comparison is missing: one of {allowed}"
                : $"a comparison is expected here, not '{Excerpt(text)}': one of {allowed}");
        }

        var meant = sign.Text switch { "=" or "===" => "==", "=<" or "≤" => "<=", "=>" or "≥" => ">=", "<>" or "≠" => "!=", _ => null };
        return known.FirstOrDefault(row => row.Sign == sign.Text) is { } comparison ? (comparison, rest) : throw new MisreadException(sign.Start,
            $"{(Comparison.Find(sign.Text) is null ? "unknown comparison" : "states have no order:")} '{sign.Text}'{(meant is null ? "." : $", did you mean '{meant}'?")} Use one of {allowed}");
    }

    /// <summary>The end of a sentence "unknown …": a question, or a full stop.</summary>
    internal static string DidYouMean(string typed, IEnumerable<string> known) =>
        Suggestions.Closest(typed, known) is { } meant ? $", did you mean '{meant}'?" : ".";

    /// <summary>The beginning of a text, short enough for a message.</summary>
    internal static string Excerpt(Piece text) => text.Text is { Length: > 40 } longText ? longText[..40] + "…" : text.Text;
}
