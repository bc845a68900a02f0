using System.Collections.Frozen;
using System.Collections.Immutable;
using LBTool.Core.Scenarios;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Sessions;

/// <summary>
/// What a session starts from: the target of a scenario. Load, faults and expectations are given to the session while it
/// goes on; those of the scenario are not looked at again.
/// </summary>
public sealed class SessionScenario
{
    private SessionScenario(Scenario scenario, MapNode target)
    {
        (Scenario, TargetMap) = (scenario, target);
        Backends = WrittenBackend.All(target.Find("backends")!, scenario.Target.Backends);
    }

    /// <summary>The scenario, with the target as it was changed.</summary>
    public Scenario Scenario { get; }

    /// <summary>Its backends.</summary>
    public ImmutableArray<WrittenBackend> Backends { get; }

    internal MapNode TargetMap { get; }

    /// <summary>Reads a scenario for a session.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="variables">Values that replace <c>${name}</c>; all must be used.</param>
    /// <param name="algorithm">Name or alias of the algorithm, instead of the scenario's; null to keep that.</param>
    /// <param name="toxiproxy">A Toxiproxy server that does the faults of the links; null for what the scenario says.</param>
    /// <returns>What was read; null exactly when there are problems.</returns>
    public static (SessionScenario? Scenario, ImmutableArray<Problem> Problems) Read(
        string text, string file, IReadOnlyDictionary<string, string>? variables = null, string? algorithm = null, Uri? toxiproxy = null)
    {
        var problems = new Problems(file);
        var (scenario, root) = ScenarioReader.Read(
            text, variables ?? FrozenDictionary<string, string>.Empty, problems, root => Change(root, algorithm, toxiproxy));
        return problems.Any
            ? (null, problems.InOrder())
            : (new SessionScenario(scenario!, (MapNode)root!.Find("target")!), []);
    }

    /// <summary>The text of a scenario with backends that are all alike.</summary>
    public static string TextFor(int backends, TimeSpan latency) => $$"""
        version: 1
        name: session
        target: { backends: { count: {{backends}}, latency: {{Durations.Format(latency)}} } }
        load: { executor: constant-vus, vus: 1, duration: 1h }
        """;

    private static MapNode Change(MapNode root, string? algorithm, Uri? toxiproxy)
    {
        if (root.Find("target") is not MapNode target)
        {
            return root;
        }

        target = algorithm is null ? target : target.With(Entry("algorithm", new TextNode(target.Place, "algorithm", algorithm)));
        target = toxiproxy is null ? target : target.With(Entry("fault_proxy", new MapNode(target.Place, "fault_proxy",
        [
            Entry("engine", new TextNode(target.Place, "engine", "toxiproxy")),
            Entry("url", new TextNode(target.Place, "url", toxiproxy.OriginalString)),
        ])));
        return root.With(Entry("target", target));
    }

    private static Entry Entry(string key, Node value) => new(new TextNode(value.Place, key, key), value);
}
