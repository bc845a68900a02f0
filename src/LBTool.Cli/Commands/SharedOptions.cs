using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Commands;

/// <summary>Options that several verbs have, each with its own clear error.</summary>
internal static class SharedOptions
{
    private const string VerboseName = "--verbose";

    /// <summary>On every verb; see <see cref="IsVerbose"/>.</summary>
    public static Option<bool> Verbose() => new(VerboseName)
    {
        Description = "More detail: the resolved plan of a run, the place of an internal error",
        Recursive = true,
    };

    /// <summary>Whether more detail is asked for.</summary>
    public static bool IsVerbose(ParseResult parsed) => parsed.GetValue<bool>(VerboseName);

    /// <summary>An algorithm by name or alias; null when not given.</summary>
    public static Option<AlgorithmChoice?> Algorithm()
    {
        var option = One("--algo", "NAME", "Algorithm by name or alias, with its default parameters and the key of the scenario (see: lbtool algorithms)", ReadAlgorithm);
        option.CompletionSources.Add(_ => Balancers.All.SelectMany(row => row.Names));
        return option;
    }

    /// <summary>The root of all randomness; null when not given.</summary>
    public static Option<ulong?> Seed() => One<ulong?>("--seed", "N", "Root of all randomness; chosen and printed if absent", text =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? (seed, null)
            : (null, $"a whole number from 0 to {ulong.MaxValue}"));

    /// <summary>A port, 0 for any free one; null when not given.</summary>
    public static Option<int?> Port(string name, string description) =>
        One(name, "PORT", description, text => WholeNumber(text, 0, ushort.MaxValue));

    /// <summary>Values for the scenario's variables, by name; null when none is given.</summary>
    public static Option<ImmutableSortedDictionary<string, string>?> Variables() => new("--var")
    {
        HelpName = "NAME=VALUE",
        Description = "Value of a variable of the scenario; repeatable",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ReadVariables,
    };

    /// <summary>A Toxiproxy server that does the faults of the links; null when not given.</summary>
    public static Option<Uri?> Toxiproxy() => One<Uri?>(
        "--toxiproxy", "URL", "Let a running Toxiproxy server do the faults of the links, instead of the built-in fault proxies",
        text => ToxiproxyEngine.TryParse(text, out var address) ? (address, null) : (null, ToxiproxyEngine.Form));

    /// <summary>More expectations.</summary>
    public static Option<string[]> Expectations() => new("--expect")
    {
        HelpName = "EXPR",
        Description = "One more expectation, e.g. 'p99 < 60ms'; repeatable",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Text for people or JSON for programs.</summary>
    public static Option<OutputFormat> Format(string description)
    {
        var option = One("--format", "text|json", description, text => text switch
        {
            "text" => (OutputFormat.Text, null),
            "json" => (OutputFormat.Json, (string?)null),
            _ => (default, "text or json"),
        });
        option.CompletionSources.Add("text", "json");
        return option;
    }

    /// <summary>Reads a whole number within limits, for <see cref="One"/>.</summary>
    public static (int?, string?) WholeNumber(string text, int lowest, int highest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= lowest && number <= highest
            ? (number, null)
            : (null, $"a whole number from {lowest} to {highest}");

    /// <summary>An option with one value, which <paramref name="read"/> makes of its text, or else says in words what it must be.</summary>
    public static Option<T> One<T>(
        string name, string helpName, string description, Func<string, (T Value, string? Wanted)> read) => new(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                var (value, wanted) = read(text);
                if (wanted is not null)
                {
                    result.AddError($"{name} '{text}': must be {wanted}");
                }

                return value;
            },
        };

    /// <summary>An algorithm as a scenario names it, nothing set.</summary>
    public static AlgorithmChoice WithDefaults(BalancerRow row) => new(
        row.Name, row.Parameters.ToImmutableSortedDictionary(parameter => parameter.Name, parameter => parameter.Default));

    private static (AlgorithmChoice?, string?) ReadAlgorithm(string text)
    {
        if (Balancers.Find(text) is { } row)
        {
            return (WithDefaults(row), null);
        }

        var nearest = Suggestions.Closest(text, Balancers.All.SelectMany(known => known.Names));
        var known = string.Join(", ", Balancers.All.Select(known => known.Name));
        return (null, $"one of {known}{(nearest is null ? "" : $"; did you mean {nearest}?")}");
    }

    private static ImmutableSortedDictionary<string, string>? ReadVariables(ArgumentResult result)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var text in result.Tokens.Select(token => token.Value))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                result.AddError($"--var '{text}': must be NAME=VALUE, e.g. --var rate=500");
            }
            else if (!variables.TryAdd(text[..equals], text[(equals + 1)..]))
            {
                result.AddError($"--var '{text}': {text[..equals]} is given twice");
            }
        }

        return variables.ToImmutable();
    }
}

/// <summary>How a result is written to standard output.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs.</summary>
    Json,
}
