using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Completions;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Commands;

/// <summary>The argument and the options that make a <see cref="ScenarioRequest"/>; <c>run</c> and <c>check</c> have them all.</summary>
internal sealed class ScenarioSymbols
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
        verb.Add(_algorithm);
        verb.Add(_variables);
        verb.Add(_expectations);
        verb.Add(_toxiproxy);
    }

    /// <summary>What was asked for.</summary>
    public ScenarioRequest Read(ParseResult parsed) => new(
        parsed.GetRequiredValue(_scenario),
        parsed.GetValue(_algorithm),
        parsed.GetValue(_variables) ?? ImmutableSortedDictionary<string, string>.Empty,
        [.. parsed.GetValue(_expectations) ?? []],
        parsed.GetValue(_toxiproxy));
}
