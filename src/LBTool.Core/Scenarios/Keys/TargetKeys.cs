using System.Collections.Immutable;
using System.Globalization;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The keys under <c>target</c>.</summary>
internal static class TargetKeys
{
    private static readonly Key<Protocol> Protocol = Key.Default("protocol",
        new Choice<Protocol>("protocol", ("http", Scenarios.Protocol.Http)), "http", "what is balanced: requests");

    private static readonly Choice<BalancerRow> Balancer = new("algorithm",
        [.. Balancers.All.Select(row => (row.Names.ToImmutableArray(), row))], StringComparer.OrdinalIgnoreCase);

    private static readonly Key<AlgorithmChoice> Algorithm = Key.Default("algorithm",
        new EitherShape<AlgorithmChoice>(
            text: new MappedShape<BalancerRow, AlgorithmChoice>(Balancer, row => new AlgorithmChoice(
                row.Name, row.Parameters.ToImmutableSortedDictionary(parameter => parameter.Name, parameter => parameter.Default))),
            map: new VariantShape<BalancerRow, AlgorithmChoice>("name", "the rule that picks", Balancer, [],
                [.. Balancers.All.Select(row => (row, row.Name, Parameters(row)))],
                (row, keys, fields) => new AlgorithmChoice(row.Name, keys.ToImmutableSortedDictionary(key => key.Name, fields.Get)))),
        "round-robin",
        "the rule that picks a backend: its name, or a map with its name and parameters");

    private static readonly Key<int> Front = Key.Default("front", Values.Count(1, 2), "1",
        "between clients and balancer: 1 is HTTP/1.1, 2 is HTTP/2 in clear text");

    private static readonly Key<int> Behind = Key.Default("behind", Values.Count(1, 2), "1",
        "between balancer and backends, in the same way");

    private static readonly Key<HttpVersions> Http = Key.Default("http",
        Map.Of([Front, Behind], fields => new HttpVersions(fields.Get(Front), fields.Get(Behind))), "{}", "HTTP versions");

    private static readonly Key<TimeSpan> Timeout = Key.Default("timeout", Values.PositiveDuration, "30s",
        "how long the balancer waits for a backend's answer; then it answers 504");

    private static readonly Key<int> Count = Key.Default("balancers", Values.Count(1, 1000), "1",
        "independent balancers over the same backends, each seeing only its own requests; more than 1 only with lbtool simulate");

    private static readonly Key<BackendList> Backends = Key.Required("backends", BackendKeys.Backends,
        "the fake backends: how many alike, or each by itself");

    public static readonly MapShape<Target> Target = Map.Of(
        [Protocol, Algorithm, Http, Timeout, Count, Backends],
        fields => new Target(
            fields.Get(Protocol), fields.Get(Algorithm), fields.Get(Http), fields.Get(Timeout),
            [.. fields.Get(Backends).Backends.Select(backend => backend.Spec)])
        {
            Balancers = fields.Get(Count),
        },
        Check);

    private static ImmutableArray<Key<double>> Parameters(BalancerRow row) =>
    [
        .. row.Parameters.Select(parameter => Key.Default(
            parameter.Name,
            Values.Number(parameter.Minimum, parameter.Maximum, parameter.Whole),
            parameter.Default.ToString(CultureInfo.InvariantCulture),
            parameter.Description)),
    ];

    private static void Check(Fields fields)
    {
        var first = new Dictionary<string, Place>();
        foreach (var backend in fields.Find(Backends)?.Value.Backends ?? [])
        {
            if (!first.TryAdd(backend.Name.Value, backend.Name.Place))
            {
                fields.Fail(backend.Name.Place,
                    $"name: a backend is already called '{backend.Name.Value}', on line {first[backend.Name.Value].Line}");
            }
        }
    }
}
