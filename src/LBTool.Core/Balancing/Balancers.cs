using System.Collections.Immutable;
using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// The table of algorithms: the one source for parsing, help, completion and the JSON Schema.
/// To add one: a file with the rule, and a row here.
/// </summary>
public static class Balancers
{
    /// <summary>All algorithms, in the order that help shows them.</summary>
    public static ImmutableArray<BalancerRow> All { get; } =
    [
        new("round-robin", ["rr"], "the next available backend in turn",
            UseWhen: "backends and requests are alike",
            AvoidWhen: "one backend may become slow: it keeps its full share",
            Parameters: [],
            (_, _) => new RoundRobin()),
        new("random", [], "any available backend, uniformly",
            UseWhen: "many independent balancers share a pool, and the simplest rule will do",
            AvoidWhen: "load is high: queues grow as 1/(1-utilisation) on each backend",
            Parameters: [],
            (_, random) => new UniformRandom(random)),
        new("least-connections", ["lc", "least-requests"], "the fewest in-flight / weight; ties at random",
            UseWhen: "request durations differ widely and one balancer sees all traffic",
            AvoidWhen: "a backend can fail fast: an idle, broken backend attracts everything",
            Parameters: [],
            (_, random) => new LeastConnections(random)),
        new("power-of-two-choices", ["p2c"], "the fewer in-flight / weight of a few distinct random backends",
            UseWhen: "almost always: near least-connections at constant cost, and without its herds",
            AvoidWhen: "a single slow backend must get (almost) nothing: it still wins its ties",
            Parameters: [new("choices", "how many backends are drawn", Default: 2, Minimum: 2, Maximum: 16)],
            (parameters, random) => new PowerOfTwoChoices(random, (int)parameters["choices"])),
    ];

    /// <summary>The row whose name or alias is <paramref name="name"/> (any case), or null.</summary>
    public static BalancerRow? Find(string name) => All.FirstOrDefault(row =>
        row.Names.Contains(name, StringComparer.OrdinalIgnoreCase));
}

/// <summary>One algorithm that a scenario can name.</summary>
/// <param name="Name">Its long name.</param>
/// <param name="Aliases">Short names.</param>
/// <param name="Rule">The rule in one line.</param>
/// <param name="UseWhen">When it is a good choice.</param>
/// <param name="AvoidWhen">When it is not.</param>
/// <param name="Parameters">What can be set, with defaults.</param>
/// <param name="Create">Makes the balancer from a full set of parameter values and its random stream.</param>
public sealed record BalancerRow(
    string Name,
    ImmutableArray<string> Aliases,
    string Rule,
    string UseWhen,
    string AvoidWhen,
    ImmutableArray<BalancerParameter> Parameters,
    Func<IReadOnlyDictionary<string, double>, RandomStream, Balancer> Create)
{
    /// <summary>The long name first, then the aliases.</summary>
    public IEnumerable<string> Names => Aliases.Prepend(Name);
}

/// <summary>A number that changes an algorithm.</summary>
/// <param name="Name">Its key in a scenario.</param>
/// <param name="Description">What it does.</param>
/// <param name="Default">The value when it is not given.</param>
/// <param name="Minimum">Smallest value allowed.</param>
/// <param name="Maximum">Largest value allowed.</param>
/// <param name="Whole">Only whole numbers are allowed.</param>
public sealed record BalancerParameter(
    string Name, string Description, double Default, double Minimum, double Maximum, bool Whole = true);
