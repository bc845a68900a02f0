using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Completions;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Commands;

/// <summary>The argument and the options that make a <see cref="ScenarioRequest"/>.</summary>
/// <param name="oneAlgorithm">Whether the verb has <c>--algo</c> with one algorithm; <c>compare</c> has its own.</param>
/// <param name="live">Whether the verb can let a Toxiproxy server do the faults; a simulation cannot.</param>
internal sealed class ScenarioSymbols(bool oneAlgorithm = true, bool live = true)
{
    private readonly Argument<string> _scenario = new("SCENARIO")
    {
        HelpName = "SCENARIO",
        Description = "A scenario file, or the name of a built-in scenario",
        CompletionSources = { _ => BuiltInScenarios.All.Select(scenario => new CompletionItem(scenario.Name)) },
    };

    private readonly Option<AlgorithmChoice?> _algorithm = SharedOptions.Algorithm();
    private readonly Option<ImmutableSortedDictionary<string, string>?> _variables = SharedOptions.Variables();
    private readonly Option<string[]> _expectations = SharedOptions.Expectations();
    private readonly Option<Uri?> _toxiproxy = SharedOptions.Toxiproxy();

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Add(_scenario);
        if (oneAlgorithm)
        {
            verb.Add(_algorithm);
        }

        verb.Add(_variables);
        verb.Add(_expectations);
        if (live)
        {
            verb.Add(_toxiproxy);
        }
    }

    /// <summary>What was asked for.</summary>
    public ScenarioRequest Read(ParseResult parsed) => new(
        parsed.GetRequiredValue(_scenario),
        oneAlgorithm ? parsed.GetValue(_algorithm) : null,
        parsed.GetValue(_variables) ?? ImmutableSortedDictionary<string, string>.Empty,
        [.. parsed.GetValue(_expectations) ?? []],
        live ? parsed.GetValue(_toxiproxy) : null);
}
