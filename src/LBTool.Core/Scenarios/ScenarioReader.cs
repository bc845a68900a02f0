using System.Collections.Frozen;
using LBTool.Core.Scenarios.Checks;
using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios;

/// <summary>
/// Reads scenarios, and finds everything that is wrong with one at once:
/// <code>
/// text → nodes with places → variables replaced → shapes of the keys → names → times → Scenario
///        YamlTree            Variables            Keys/*.cs            Checks/*.cs
/// </code>
/// </summary>
public static class ScenarioReader
{
    /// <summary>Characters that a scenario has at most: of a longer one, no more needs to be read to refuse it.</summary>
    public const int LongestText = YamlTree.LongestText;

    /// <summary>Reads a scenario. Expressions are kept as text, with their place; their grammar is not looked at.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="variables">Values that replace <c>${name}</c>; all must be used.</param>
    public static ScenarioReading Read(string text, string file, IReadOnlyDictionary<string, string>? variables = null)
    {
        var problems = new Problems(file);
        var (scenario, _) = Read(text, variables ?? FrozenDictionary<string, string>.Empty, problems, root => root);
        return new ScenarioReading(problems.Any ? null : scenario, problems.InOrder());
    }

    /// <summary>Reads a scenario after a change of its nodes, which are handed back with it.</summary>
    internal static (Scenario? Scenario, MapNode? Root) Read(
        string text, IReadOnlyDictionary<string, string> variables, Problems problems, Func<MapNode, MapNode> change)
    {
        var root = YamlTree.Read(text, "a scenario", problems);
        var replaced = root is MapNode map ? change(Variables.Replace(map, variables, problems)) : root;
        if (replaced is null || !ScenarioKeys.Scenario.TryRead(replaced, problems, out var draft))
        {
            return (null, null);
        }

        var before = problems.Count;
        NameChecks.Run(draft, problems);
        var scenario = Whole(draft);
        if (scenario is not null && problems.Count == before)
        {
            new TimelineChecks(draft, scenario, problems).Run();
        }

        EngineChecks.Run(draft, problems);
        ProtocolChecks.Run(draft, problems);
        return (scenario, (MapNode)replaced);
    }

    // A problem elsewhere (an unknown key, an expectation) does not keep times from being checked.
    private static Scenario? Whole(ScenarioDraft draft) =>
        draft.Target is null || draft.Load is null
        || draft.Faults.Any(fault => fault.Fault is null) || draft.Phases.Any(phase => phase.Phase is null)
            ? null
            : new Scenario(
                draft.Name ?? "", draft.Seed, draft.Target, draft.Load.Value,
                [.. draft.Faults.Select(fault => fault.Fault!)], [.. draft.Phases.Select(phase => phase.Phase!)],
                draft.Expect, draft.Gate ?? new Gate());
}
