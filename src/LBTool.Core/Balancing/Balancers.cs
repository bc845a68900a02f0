using System.Collections.Immutable;

namespace LBTool.Core.Balancing;

/// <summary>
/// The table of algorithms: the one source for parsing, help, completion and the JSON Schema.
/// To add one: a file with the rule, and a row here.
/// </summary>
public static class Balancers
{
    private static readonly BalancerParameter Decay = new(
        "decay", "after how long a sample counts 1/e", Default: 10, Minimum: 0.001, Maximum: 3600, ParameterKind.Duration);

    private static readonly BalancerParameter Points = new(
        "points", "points on the ring for a weight of 1", Default: 160, Minimum: 1, Maximum: 10_000);

    /// <summary>All algorithms, in the order that help shows them.</summary>
    public static ImmutableArray<BalancerRow> All { get; } =
    [
        new("round-robin", ["rr"], "the next available backend in turn",
            UseWhen: "backends and requests are alike",
            AvoidWhen: "one backend may become slow: it keeps its full share",
            Parameters: [],
            (_, _) => new RoundRobin())
        {
            UsesWeights = false,
        },
        new("weighted-round-robin", ["wrr"], "turns in proportion to weight, spread as evenly as possible",
            UseWhen: "backends differ in size in a known way, or a canary shall get exactly its share",
            AvoidWhen: "one backend may become slow: it keeps its full share",
            Parameters: [BalancerParameter.Flag("burst", "a backend's turns come in a row: A A A B")],
            (parameters, _) => new WeightedRoundRobin(parameters["burst"] != 0)),
        new("random", [], "any available backend, uniformly",
            UseWhen: "many independent balancers share a pool, and the simplest rule will do",
            AvoidWhen: "load is high: queues grow as 1/(1-utilisation) on each backend",
            Parameters: [],
            (_, random) => new UniformRandom(random))
        {
            UsesWeights = false,
        },
        new("weighted-random", ["wrandom"], "any available backend, with a chance in proportion to its weight",
            UseWhen: "many independent balancers share a pool of different backends",
            AvoidWhen: "load is high, as with random",
            Parameters: [],
            (_, random) => new WeightedRandom(random)),
        new("least-connections", ["lc", "least-requests"], "the fewest in-flight / weight; ties at random",
            UseWhen: "request durations differ widely and one balancer sees all traffic",
            AvoidWhen: "a backend can fail fast: an idle, broken backend attracts nearly everything",
            Parameters: [BalancerParameter.Flag("turns", "those tied take turns, instead of one at random")],
            (parameters, random) => new LeastConnections(random, parameters["turns"] != 0))
        {
            LooksAtLoad = true,
        },
        new("least-response-time", ["lrt"], "the smallest mean response time x (in-flight + 1) / weight; ties at random",
            UseWhen: "backends differ in speed in a way that nobody has put into weights",
            AvoidWhen: "a backend can fail fast: an idle, broken backend attracts nearly everything",
            Parameters: [Decay],
            (parameters, random) => new LeastResponseTime(random, TimeSpan.FromSeconds(parameters["decay"])))
        {
            LooksAtLoad = true,
        },
        new("power-of-two-choices", ["p2c"], "the fewer in-flight / weight of a few distinct backends, drawn by weight",
            UseWhen: "almost always: near least-connections, and a backend that fails fast gets two shares at most",
            AvoidWhen: "a single slow backend must get (almost) nothing: it still wins its ties",
            Parameters: [new("choices", "how many backends are drawn", Default: 2, Minimum: 2, Maximum: 16)],
            (parameters, random) => new PowerOfTwoChoices(random, (int)parameters["choices"]))
        {
            LooksAtLoad = true,
        },
        new("peak-ewma", ["ewma"], "of two backends, drawn by weight, the smaller peak latency x (in-flight + 1)",
            UseWhen: "a backend may turn slow or fail fast, and must lose its traffic at once",
            AvoidWhen: "a backend that is well again must be back within seconds: it waits for its worst sample to fade",
            Parameters:
            [
                Decay,
                new("penalty", "what a failure counts as at least",
                    Default: 1, Minimum: 0.001, Maximum: 3600, ParameterKind.Duration),
            ],
            (parameters, random) => new PeakEwma(
                random, TimeSpan.FromSeconds(parameters["decay"]), TimeSpan.FromSeconds(parameters["penalty"])))
        {
            LooksAtLoad = true,
        },
        new("ip-hash", ["source-hash"], "hash of the key mod the number of available backends",
            UseWhen: "you want to see what it costs when a backend comes or goes",
            AvoidWhen: "a pool ever changes: n/(n+1) of all keys move then",
            Parameters: [],
            (_, random) => new ModuloHash(random),
            UsesKey: true)
        {
            UsesWeights = false,
            CanRamp = false,
        },
        new("consistent-hash", ["ring"], "the next point after the key on a ring with many points for each backend",
            UseWhen: "backends cache: a backend that comes or goes moves its own keys only",
            AvoidWhen: "a few keys have most of the traffic, or shares must be even within some percent",
            Parameters: [Points],
            (parameters, random) => new ConsistentHash(random, (int)parameters["points"]),
            UsesKey: true),
        new("maglev", [], "the key's row in a table of 65537 that all backends fill in turn",
            UseWhen: "backends cache, and shares must be even within 1 %",
            AvoidWhen: "there are more than some hundred backends, or no other key may ever move",
            Parameters: [],
            (_, random) => new Maglev(random),
            UsesKey: true),
        new("rendezvous", ["hrw"], "the backend whose weighted hash with the key is highest",
            UseWhen: "backends cache, weights are any numbers, and no other key may ever move",
            AvoidWhen: "a large pool changes all the time: each change costs a scan for every slot of keys",
            Parameters: [],
            (_, random) => new Rendezvous(random),
            UsesKey: true),
        new("bounded-load-hash", ["bounded"], "the ring, but on to the next point past backends that have their fill",
            UseWhen: "backends cache, and a few keys have most of the traffic",
            AvoidWhen: "a key must never be served by two backends",
            Parameters:
            [
                new("epsilon", "how much more than its share of the load a backend may get",
                    Default: 0.25, Minimum: 0.01, Maximum: 100, ParameterKind.Number),
                Points,
            ],
            (parameters, random) => new BoundedLoadHash(random, parameters["epsilon"], (int)parameters["points"]),
            UsesKey: true)
        {
            LooksAtLoad = true,
        },
    ];

    /// <summary>The row whose name or alias is <paramref name="name"/> (any case), or null.</summary>
    public static BalancerRow? Find(string name) => All.FirstOrDefault(row =>
        row.Names.Contains(name, StringComparer.OrdinalIgnoreCase));
}
