using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LBTool.Core.Balancing;
using LBTool.Core.Faults;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The forms of single values: texts, numbers, durations, rates, shares, sizes, moments.</summary>
internal static partial class Values
{
    /// <summary>Names of faults, phases and backends.</summary>
    public const string NamePattern = "^[A-Za-z][A-Za-z0-9_-]*$";

    public const string NumberForm = @"[0-9]+(\.[0-9]+)?";
    public const string DurationForm = NumberForm + @"\s*(us|µs|ms|s|m|h)";
    private const string NameForm = "[A-Za-z0-9_-]+";
    private const int SecondsAnHour = 3600;
    private const double LeastRate = 1.0 / SecondsAnHour;
    private const double MostRate = 1_000_000;
    private const double MostWeight = 1000;

    public static readonly Shape<string> Text = new Scalar<string>(
        "a text", TryText, () => [new JsonObject { ["type"] = "string", ["minLength"] = 1 }]);

    /// <summary>A text that is shown to people: nothing in it moves a terminal's cursor, or begins a line of a log.</summary>
    public static readonly Shape<string> Title = new Scalar<string>(
        "a text of one line, without control characters", TryTitle,
        () => [Json.Pattern(@"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]+$")]);

    public static readonly Shape<string> AnyText = new Scalar<string>(
        "a text or a number", TryText, () => [new JsonObject { ["type"] = Json.Array(["string", "number", "boolean"]) }]);

    public static readonly Shape<string> Name = new Scalar<string>(
        "a name of letters, digits, _ and -, a letter first", TryName, () => [Json.Pattern(NamePattern)]);

    public static readonly Shape<bool> Flag = new Scalar<bool>(
        "true or false",
        (string text, out bool value) => (value = text == "true") || text == "false",
        () => [new JsonObject { ["type"] = "boolean" }]);

    public static readonly Shape<ulong> Seed = new Scalar<ulong>(
        "a whole number, 0 … 18446744073709551615",
        (string text, out ulong value) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value),
        () => [new JsonObject { ["type"] = "integer", ["minimum"] = 0 }]);

    public static readonly Shape<TimeSpan> Duration = new Scalar<TimeSpan>(
        "a duration such as 250ms, 1.5s or 2m",
        (string text, out TimeSpan value) => Durations.TryParse(text, out value) && value >= TimeSpan.Zero,
        () => [DurationSchema(), Zero()], MissingUnit);

    public static readonly Shape<TimeSpan> PositiveDuration = new Scalar<TimeSpan>(
        "a duration above 0, such as 250ms, 1.5s or 2m",
        (string text, out TimeSpan value) => Durations.TryParse(text, out value) && value > TimeSpan.Zero,
        () => [DurationSchema()], MissingUnit);

    public static readonly Shape<Moment> Moment = new Scalar<Moment>(
        Moments.Forms, TryMoment,
        () => [Json.Pattern($@"^\s*({DurationForm}|({NameForm}\.)?(start|end)(\s*[+-]\s*{DurationForm})?)\s*$"), Zero()], MissingUnit);

    public static readonly Shape<double> Rate = new Scalar<double>(
        FormattableString.Invariant($"a rate such as 500/s or 30/m, at least {LeastRate * SecondsAnHour}/h, at most {MostRate}/s"), TryRate,
        () => [Json.Pattern($@"^\s*{NumberForm}\s*/\s*(s|m|h)\s*$")],
        text => TryNumber(text, out var number) && number > 0 ? $"write {text}/s for {text} a second" : null);

    public static readonly Shape<double> Share = new Scalar<double>(
        "a percentage such as 5%, or a number 0 … 1", TryShare,
        () => [Json.Pattern($@"^\s*{NumberForm}\s*%\s*$"), Json.Number(0, 1)],
        text => TryNumber(text, out var number) && number is > 1 and <= 100 ? $"write {text}%" : null);

    public static readonly Shape<double> ShareBelowAll = new Scalar<double>(
        "a percentage such as 50%, below 100%",
        (string text, out double value) => TryShare(text, out value) && value < 1,
        () => [Json.Pattern($@"^\s*{NumberForm}\s*%\s*$"), Json.Number(0, 1)]);

    public static readonly Shape<double> ShareAboveNothing = new Scalar<double>(
        "a percentage such as 10%, at least 1%",
        (string text, out double value) => TryShare(text, out value) && value >= 0.01,
        () => [Json.Pattern($@"^\s*{NumberForm}\s*%\s*$"), Json.Number(0.01, 1)]);

    /// <summary>A backend's weight: between the least and the most, an algorithm's sums and tables stay within bounds.</summary>
    public static readonly Shape<double> Weight = new Scalar<double>(
        FormattableString.Invariant($"0, or a number {Backend.LeastWeight} … {MostWeight}"),
        (string text, out double value) => TryNumber(text, out value) && value is 0 or (>= Backend.LeastWeight and <= MostWeight),
        () => [Json.Number(0, 0), Json.Number(Backend.LeastWeight, MostWeight)]);

    public static readonly Shape<int> Size = SizeWithin(0, 100_000_000);

    /// <summary>A duration of at least so much.</summary>
    public static Shape<TimeSpan> DurationFrom(TimeSpan least) => new Scalar<TimeSpan>(
        $"a duration of at least {Durations.Format(least)}, such as 250ms, 1.5s or 2m",
        (string text, out TimeSpan value) => Durations.TryParse(text, out value) && value >= least,
        () => [DurationSchema()], MissingUnit);

    /// <summary>A whole number within bounds.</summary>
    public static Shape<int> Count(int minimum, int maximum) => new Scalar<int>(
        $"a whole number, {minimum} … {maximum}",
        (string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && value >= minimum && value <= maximum,
        () => [Json.Number(minimum, maximum, whole: true)]);

    /// <summary>A size in whole bytes within bounds.</summary>
    public static Shape<int> SizeWithin(int minimum, int maximum) => new Scalar<int>(
        $"a size in bytes such as 512, 10KB or 1MB, {(minimum == 0 ? "" : $"at least {minimum}, ")}at most {maximum / 1_000_000}MB",
        (string text, out int value) =>
        {
            var read = TrySize(text, out var bytes) && bytes >= minimum && bytes <= maximum && double.IsInteger(bytes);
            value = read ? (int)bytes : 0;
            return read;
        },
        SizeSchemas);

    /// <summary>A number within bounds; the lower one may itself be excluded.</summary>
    public static Shape<double> Number(double minimum, double maximum, bool whole = false, bool above = false) => new Scalar<double>(
        FormattableString.Invariant($"a {(whole ? "whole " : "")}number{(above ? $" above {minimum}, at most {maximum}" : $", {minimum} … {maximum}")}"),
        (string text, out double value) => TryNumber(text, out value)
            && value <= maximum && (above ? value > minimum : value >= minimum) && (!whole || double.IsInteger(value)),
        () =>
        {
            var schema = Json.Number(minimum, maximum, whole);
            if (above)
            {
                schema.Remove("minimum");
                schema["exclusiveMinimum"] = minimum;
            }

            return [schema];
        });

    /// <summary>An algorithm's parameter.</summary>
    public static Shape<double> Parameter(BalancerParameter parameter) => parameter.Kind switch
    {
        ParameterKind.Flag => new MappedShape<bool, double>(Flag, on => on ? 1 : 0),
        ParameterKind.Duration => new Scalar<double>(
            $"a duration, {parameter.Format(parameter.Minimum)} … {parameter.Format(parameter.Maximum)}",
            (string text, out double value) =>
            {
                var read = Durations.TryParse(text, out var duration);
                value = duration.TotalSeconds;
                return read && value >= parameter.Minimum && value <= parameter.Maximum;
            },
            () => [DurationSchema()], MissingUnit),
        _ => Number(parameter.Minimum, parameter.Maximum, parameter.Kind == ParameterKind.Count),
    };

    /// <summary>A toxic's attribute, in its unit on the wire.</summary>
    public static Shape<double> Attribute(ToxicUnit unit) => unit switch
    {
        ToxicUnit.Milliseconds => DurationIn("milliseconds", TimeSpan.TicksPerMillisecond),
        ToxicUnit.Microseconds => DurationIn("microseconds", TimeSpan.TicksPerMicrosecond),
        ToxicUnit.KilobytesPerSecond => new Scalar<double>(
            "a rate such as 100KB/s or 1MB/s, or a number of KB/s, at most 10^9", TryKilobytesPerSecond,
            () => [Json.Pattern($@"^\s*{NumberForm}\s*(B|KB|MB)/s\s*$"), Json.Number(0, 1e9)]),
        ToxicUnit.Bytes => new Scalar<double>(
            "a size in whole bytes such as 512, 10KB or 1MB, at most 10^12",
            (string text, out double value) => TrySize(text, out value) && double.IsInteger(value),
            SizeSchemas),
        _ => Share,
    };

    /// <summary>Reads a name; false when it has other characters.</summary>
    public static bool TryName(string text, [MaybeNullWhen(false)] out string value) => NameRule().IsMatch(value = text);

    /// <summary>The number that a percentage stands for; 0 when it is none, or beyond 0 … 100 %.</summary>
    public static double ShareOf(string text) => TryShare(text, out var share) ? share : 0;

    /// <summary>Whether a text is a percentage or a number, 0 … 100 %.</summary>
    public static bool IsShare(string text) => TryShare(text, out _);

    private static Scalar<double> DurationIn(string units, double ticks) => new(
        $"a duration such as 250ms, or a number of {units}, at most 10^12",
        (string text, out double value) =>
        {
            if (TryNumber(text, out value))
            {
                return value is >= 0 and <= 1e12;
            }

            var read = Durations.TryParse(text, out var duration) && duration >= TimeSpan.Zero;
            value = duration.Ticks / ticks;
            return read;
        },
        () => [DurationSchema(), Json.Number(0, 1e12)]);

    private static bool TryText(string text, [MaybeNullWhen(false)] out string value) => (value = text).Length > 0;

    private static bool TryTitle(string text, [MaybeNullWhen(false)] out string value) =>
        TryText(text, out value) && !text.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029');

    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value);

    private static bool TryMoment(string text, [MaybeNullWhen(false)] out Moment value)
    {
        value = Moments.Parse(text);
        return value is not null && (value.Anchor != MomentAnchor.RunStart || value.Offset >= TimeSpan.Zero);
    }

    private static bool TryRate(string text, out double value)
    {
        var parts = text.Split('/', StringSplitOptions.TrimEntries);
        value = 0;
        var seconds = parts.Length != 2 ? 0 : parts[1] switch { "s" => 1, "m" => 60, "h" => SecondsAnHour, _ => 0 };
        return seconds > 0 && TryNumber(parts[0], out value) && (value /= seconds) is >= LeastRate and <= MostRate;
    }

    private static bool TryShare(string text, out double value)
    {
        var isPercentage = text.EndsWith('%');
        var read = TryNumber(isPercentage ? text[..^1].TrimEnd() : text, out value);
        value = isPercentage ? value / 100 : value;
        return read && value is >= 0 and <= 1;
    }

    private static bool TrySize(string text, out double value)
    {
        var digits = text.AsSpan().TrimEnd("BKM");
        var factor = text[digits.Length..] switch { "" or "B" => 1, "KB" => 1e3, "MB" => 1e6, _ => -1 };
        var read = TryNumber(digits.TrimEnd().ToString(), out value);
        value *= factor;
        return read && value is >= 0 and <= 1e12 && factor > 0;
    }

    private static bool TryKilobytesPerSecond(string text, out double value)
    {
        if (TryNumber(text, out value))
        {
            return value is >= 0 and <= 1e9;
        }

        var read = text.EndsWith("B/s", StringComparison.Ordinal) & TrySize(text.Split('/')[0].TrimEnd(), out value);
        value /= 1000;
        return read;
    }

    public static string? MissingUnit(string text) =>
        TryNumber(text, out var number) && number > 0 ? $"a unit is missing: write {text}ms or {text}s" : null;

    private static JsonObject DurationSchema() => Json.Pattern($@"^\s*\+?{DurationForm}\s*$");

    public static JsonObject Zero() => new() { ["enum"] = Json.Array([(JsonNode)0, "0"]) };

    private static JsonObject[] SizeSchemas() => [Json.Pattern($@"^\s*{NumberForm}\s*(B|KB|MB)\s*$"), Json.Number(0, 1e12)];

    [GeneratedRegex(NamePattern)]
    private static partial Regex NameRule();
}
