using System.Collections.Frozen;
using System.Collections.Immutable;
using LBTool.Core.Balancing;
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

    /// <summary>
    /// Backends that are all alike. The same as reading it from a text, without the tables for that: a session that needs
    /// none of them is ready in half the time.
    /// </summary>
    /// <param name="protocol">What is balanced.</param>
    /// <param name="backends">How many, at least 1.</param>
    /// <param name="latency">How long each takes to answer.</param>
    /// <param name="algorithm">The rule that picks.</param>
    /// <param name="toxiproxy">A Toxiproxy server that does the faults of the links; null for our own fault proxies.</param>
    public static SessionScenario Of(Protocol protocol, int backends, TimeSpan latency, AlgorithmChoice algorithm, Uri? toxiproxy)
    {
        var specs = Enumerable.Range(1, backends).Select(number => new BackendSpec(
            $"b{number}", Weight: 1, new ServiceTime(new Constant(latency), TimeSpan.Zero), Concurrency: null, Queue: null, Errors: 0, BodyBytes: 1000));
        var scenario = new Scenario(
            "session",
            Seed: null,
            new Target(protocol, algorithm, new HttpVersions(), TimeSpan.FromSeconds(30), [.. specs], toxiproxy),
            new Load(Executor.ConstantVus, Rate: 0, Vus: 1, ArrivalSpacing.Uniform, Load.Unending, TimeSpan.Zero, Clients: 1, TimeSpan.FromSeconds(10)),
            [],
            [],
            [],
            new Gate());
        var written = new MapNode(default, "backends", [TextEntry("count", $"{backends}"), TextEntry("latency", Durations.Format(latency))]);
        var root = new MapNode(default, "", [Entry("target", new MapNode(default, "target", [TextEntry("protocol", protocol == Protocol.Tcp ? "tcp" : "http"), Entry("backends", written)]))]);
        return new SessionScenario(scenario, (MapNode)Change(root, algorithm.Name, toxiproxy).Find("target")!);
    }

    private static MapNode Change(MapNode root, string? algorithm, Uri? toxiproxy)
    {
        if (root.Find("target") is not MapNode target)
        {
            return root;
        }

        target = algorithm is null ? target : target.With(Entry("algorithm", Algorithm(target, algorithm)));
        target = toxiproxy is null ? target : target.With(Entry("fault_proxy", new MapNode(target.Place, "fault_proxy",
        [
            Entry("engine", new TextNode(target.Place, "engine", "toxiproxy")),
            Entry("url", new TextNode(target.Place, "url", toxiproxy.OriginalString)),
        ])));
        return root.With(Entry("target", target));
    }

    // The key says how the clients of the scenario are told apart, whatever the rule is.
    private static Node Algorithm(MapNode target, string name) =>
        target.Find("algorithm") is MapNode before && before.Find("key") is { } key && Balancers.Find(name) is { UsesKey: true }
            ? new MapNode(target.Place, "algorithm", [Entry("name", new TextNode(target.Place, "name", name)), Entry("key", key)])
            : new TextNode(target.Place, "algorithm", name);

    private static Entry TextEntry(string key, string text) => Entry(key, new TextNode(default, key, text));

    private static Entry Entry(string key, Node value) => new(new TextNode(value.Place, key, key), value);
}
