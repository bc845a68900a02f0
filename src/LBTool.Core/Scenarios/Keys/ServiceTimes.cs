using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The forms in which a scenario says how long something takes: a duration, or a distribution of them.</summary>
internal static partial class ServiceTimes
{
    private const double MostSigma = 5;
    private const double MostShape = 100;
    private const int MostValues = 1000;
    private const string Duration = @"\s*" + Values.DurationForm + @"\s*";
    private const string Number = @"\s*" + Values.NumberForm + @"\s*";

    // What may be drawn: the name, what stands in the brackets, that as a pattern, and what it makes; null for none.
    private static readonly ImmutableArray<(string Name, string Arguments, string Pattern, Func<ImmutableArray<string>, Distribution?> Read)> Rows =
    [
        ("exponential", "MEAN", Duration, ReadExponential),
        ("lognormal", "MEDIAN, SIGMA", $"{Duration},{Number}", ReadLogNormal),
        ("pareto", "SCALE, SHAPE", $"{Duration},{Number}", ReadPareto),
        ("empirical", "VALUE, VALUE, …", $"{Duration}(,{Duration})*", ReadEmpirical),
    ];

    /// <summary>A distribution on one line.</summary>
    private static readonly Shape<Distribution> Line = new Scalar<Distribution>(
        $"a duration such as 10ms, {string.Join(", ", Rows.Select(row => $"{row.Name}({row.Arguments})"))}", TryRead,
        () => [Json.Pattern($@"^\s*({Values.DurationForm}|{string.Join('|', Rows.Select(row => $@"{row.Name}\({row.Pattern}\)"))})\s*$"), Values.Zero()],
        Hint);

    /// <summary>How long something takes: a line, or a map from values to weights.</summary>
    public static readonly Shape<Distribution> Any = new EitherShape<Distribution>(
        text: Line,
        map: new MappedShape<ImmutableArray<(Located<string> Value, double Weight)>, Distribution>(
            new NamedShape<double>(
                "a duration",
                new Scalar<string>(Values.PositiveDuration.Words, TryKeep, () => [Json.Pattern($"^{Duration}$")], Values.MissingUnit),
                $"^{Duration}$",
                Values.Number(0, 1_000_000, above: true),
                MostValues,
                atLeast: 1),
            rows => new Empirical([.. rows.Select(row => (Parse(row.Value.Value)!.Value, row.Weight))])));

    private static bool TryRead(string text, [MaybeNullWhen(false)] out Distribution value)
    {
        var call = CallRule().Match(text);
        value = Durations.TryParse(text, out var constant)
            ? constant >= TimeSpan.Zero ? new Constant(constant) : null
            : Rows.FirstOrDefault(row => call.Success && row.Name == call.Groups["name"].Value).Read
                ?.Invoke([.. call.Groups["arguments"].Value.Split(',', StringSplitOptions.TrimEntries)]);
        return value is not null;
    }

    private static Distribution? ReadExponential(ImmutableArray<string> arguments) =>
        arguments is [var mean] && Parse(mean) is { } value ? new Exponential(value) : null;

    private static Distribution? ReadLogNormal(ImmutableArray<string> arguments) =>
        arguments is [var median, var sigma] && Parse(median) is { } value && Values.TryNumber(sigma, out var number) && number is >= 0 and <= MostSigma
            ? new LogNormal(value, number)
            : null;

    private static Distribution? ReadPareto(ImmutableArray<string> arguments) =>
        arguments is [var scale, var shape] && Parse(scale) is { } value && Values.TryNumber(shape, out var number) && number is > 1 and <= MostShape
            ? new Pareto(value, number)
            : null;

    private static Distribution? ReadEmpirical(ImmutableArray<string> arguments)
    {
        var values = arguments.Select(Parse).ToArray();
        return values.Length <= MostValues && values.All(value => value is not null)
            ? new Empirical([.. values.Select(value => (value!.Value, 1.0))])
            : null;
    }

    // What is wrong with one that has the right name.
    private static string? Hint(string text) => CallRule().Match(text).Groups["name"].Value switch
    {
        "lognormal" => $"MEDIAN is a duration above 0, SIGMA a number, 0 … {MostSigma}",
        "pareto" => $"SCALE is a duration above 0, SHAPE a number above 1, at most {MostShape}: up to 1 there is no mean",
        "exponential" => "MEAN is a duration above 0",
        "empirical" => $"each VALUE is a duration above 0, and there are at most {MostValues}; with weights, write a map such as {{ 5ms: 9, 200ms: 1 }}",
        _ => Values.MissingUnit(text),
    };

    private static TimeSpan? Parse(string text) => Durations.TryParse(text, out var value) && value > TimeSpan.Zero ? value : null;

    private static bool TryKeep(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return Parse(text) is not null;
    }

    [GeneratedRegex(@"^(?<name>[a-z]+)\((?<arguments>[^()]*)\)$")]
    private static partial Regex CallRule();
}
