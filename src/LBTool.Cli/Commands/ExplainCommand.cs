using LBTool.Cli.Rendering;
using LBTool.Core.Explanations;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool explain</c>: what a scenario comes to by arithmetic alone, and where it contradicts itself; starts nothing.</summary>
internal static class ExplainCommand
{
    /// <summary>Makes the verb.</summary>
    public static Verb Create(Terminal terminal)
    {
        var scenario = new ScenarioSymbols(live: false);
        var verb = new Verb("explain", "Tell what a scenario will do, and what in it contradicts itself, without starting anything",
            "lbtool explain fall-rise", "lbtool explain mine.lb.yaml --expect 'p99 < 40ms'");
        scenario.AddTo(verb);
        verb.SetAction(async (parsed, stop) =>
        {
            ExplanationText.Write(Explanation.Of(await scenario.Read(parsed).LoadAsync(stop)), terminal.Output);
            return ExitCodes.Passed;
        });
        return verb;
    }
}
