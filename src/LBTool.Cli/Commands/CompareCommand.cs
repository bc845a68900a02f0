using System.Collections.Immutable;
using System.CommandLine;
using LBTool.Cli.Running;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;
using LBTool.Simulation;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool compare</c>: one scenario under several algorithms, in a ranked table.</summary>
internal static class CompareCommand
{
    private const string All = "all";

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var scenario = new ScenarioSymbols(oneAlgorithm: false);
        var algorithms = SharedOptions.One<ImmutableArray<AlgorithmChoice>?>(
            "--algo", "NAME,NAME,…|all", "Algorithms by name or alias, with their default parameters and the key of the scenario (default: all)", ReadAlgorithms);
        algorithms.CompletionSources.Add(_ => Balancers.All.SelectMany(row => row.Names).Append(All));
        var simulate = new Option<bool>("--simulate") { Description = "In virtual time, instead of on loopback" };
        var seed = SharedOptions.Seed();
        var format = SharedOptions.One("--format", "text|json|markdown", "How the table is written (default: text)", ReadFormat);
        format.CompletionSources.Add("text", "json", "markdown");
        var verb = new Verb("compare", "Run a scenario under several algorithms, and rank them",
            "lbtool compare slow-backend --simulate",
            "lbtool compare slow-backend --algo rr,lc,p2c --format markdown");
        scenario.AddTo(verb);
        foreach (var option in new Option[] { algorithms, simulate, seed, format })
        {
            verb.Add(option);
        }

        verb.SetAction((parsed, stop) => new CompareSession(terminal, new CompareOptions(
            parsed.GetValue(simulate) ? RunVerb.Simulate(1, new SimulationOptions()) : RunVerb.Run,
            scenario.Read(parsed),
            parsed.GetValue(algorithms) ?? Every(),
            parsed.GetValue(seed),
            parsed.GetValue(format))).RunAsync(stop));
        return verb;
    }

    private static ImmutableArray<AlgorithmChoice> Every() => [.. Balancers.All.Select(SharedOptions.WithDefaults)];

    private static (ImmutableArray<AlgorithmChoice>?, string?) ReadAlgorithms(string text)
    {
        if (text == All)
        {
            return (Every(), null);
        }

        var rows = text.Split(',', StringSplitOptions.TrimEntries).Select(name => (Name: name, Row: Balancers.Find(name))).ToArray();
        if (rows.FirstOrDefault(row => row.Row is null).Name is { } unknown)
        {
            var nearest = Suggestions.Closest(unknown, Balancers.All.SelectMany(known => known.Names));
            var known = string.Join(", ", Balancers.All.Select(row => row.Name));
            return (null, $"all, or some of {known} with commas between; '{unknown}' is none of them{(nearest is null ? "" : $", did you mean {nearest}?")}");
        }

        return ([.. rows.Select(row => row.Row!).Distinct().Select(SharedOptions.WithDefaults)], null);
    }

    private static (TableFormat, string?) ReadFormat(string text) => text switch
    {
        "text" => (TableFormat.Text, null),
        "json" => (TableFormat.Json, null),
        "markdown" => (TableFormat.Markdown, null),
        _ => (default, "text, json or markdown"),
    };
}
