using System.Collections.Immutable;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Health;
using LBTool.Core.Limits;
using LBTool.Core.Retries;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The keys under <c>target</c>.</summary>
internal static class TargetKeys
{
    private static readonly Key<Protocol> Protocol = Key.Default("protocol",
        new Choice<Protocol>("protocol", ("http", Scenarios.Protocol.Http), ("tcp", Scenarios.Protocol.Tcp)), "http",
        "what is balanced: HTTP requests, or TCP connections");

    private static readonly Choice<BalancerRow> Balancer = new("algorithm",
        [.. Balancers.All.Select(row => (row.Names.ToImmutableArray(), row))], StringComparer.OrdinalIgnoreCase);

    private static readonly Key<KeySource> HashKey = Key.Default("key",
        new Scalar<KeySource>(KeySource.Forms, (string text, out KeySource value) => KeySource.TryParse(text, out value),
            () => [Json.Pattern("^(client|path|(header|cookie|query):.+)$")]),
        "client",
        KeySource.Description);

    private static readonly Key<AlgorithmChoice> Algorithm = Key.Default("algorithm",
        new EitherShape<AlgorithmChoice>(
            text: new MappedShape<BalancerRow, AlgorithmChoice>(Balancer, row => new AlgorithmChoice(
                row.Name, row.Parameters.ToImmutableSortedDictionary(parameter => parameter.Name, parameter => parameter.Default))),
            map: new VariantShape<BalancerRow, AlgorithmChoice>("name", "the rule that picks", Balancer, [],
                [.. Balancers.All.Select(row => (row, row.Name, Parameters(row)))],
                (row, keys, fields) => new AlgorithmChoice(
                    row.Name,
                    keys.OfType<Key<double>>().ToImmutableSortedDictionary(key => key.Name, fields.Get),
                    row.UsesKey ? fields.Get(HashKey) : default))),
        "round-robin",
        "the rule that picks a backend: its name, or a map with its name and parameters");

    private static readonly Key<int> Front = Key.Default("front", Values.Count(1, 2), "1",
        "between clients and balancer: 1 is HTTP/1.1, 2 is HTTP/2 in clear text");

    private static readonly Key<int> Behind = Key.Default("behind", Values.Count(1, 2), "1",
        "between balancer and backends, in the same way");

    private static readonly Key<HttpVersions> Http = Key.Default("http",
        Map.Of([Front, Behind], fields => new HttpVersions(fields.Get(Front), fields.Get(Behind))), "{}", "HTTP versions");

    private static readonly Key<TimeSpan> Timeout = Key.Default("timeout", Values.PositiveDuration, "30s",
        "how long the balancer waits for a backend to say something; then it answers 504, or closes the TCP connection");

    private static readonly Key<bool> TrustForwardedFor = Key.Default("trust_forwarded_for", Values.Flag, "false",
        "whether the first address of a request's X-Forwarded-For is its client's");

    private static readonly Key<Sticky> Sticky = Key.Optional("sticky", StickyKeys.Sticky, "every request goes where the algorithm sends it",
        "sessions that stay with their backend, over any algorithm");

    private static readonly Key<HealthRules> Health = Key.Optional("health", HealthKeys.Health, "every backend counts as well",
        "how the balancer finds out which backends are well, and keeps away from the others");

    private static readonly Key<SlowStart> SlowStart = Key.Optional("slow_start", SlowStartKeys.SlowStart, "its full weight at once",
        "how the weight of a backend that comes up at run time grows: over so long in a straight line, or as the map says");

    private static readonly Key<RetryPolicy> Retries = Key.Optional("retries", RetryKeys.Retries, "no request is tried again",
        "when a request that failed is tried again, on another backend first");

    private static readonly Key<TargetLimits> Limits = Key.Default("limits", LimitKeys.Target, "{}",
        "how much the balancer gives each backend at once, and who waits");

    private static readonly Key<DrainSpec> Drain = Key.Optional("drain", DrainKeys.Drain, "a deadline of 30s; the balancer itself ends at once",
        "how backends are drained by `action: drain`, and the balancer when it ends");

    private static readonly Key<int> Count = Key.Default("balancers", Values.Count(1, 1000), "1",
        "independent balancers over the same backends, each seeing only its own requests; more than 1 only with lbtool simulate");

    private static readonly Key<BackendList> Backends = Key.Required("backends", BackendKeys.Backends,
        "the fake backends: how many alike, or each by itself");

    private static readonly Key<bool> External = Key.Default("engine",
        new Choice<bool>("engine", ("builtin", false), ("toxiproxy", true)), "builtin",
        "what does the faults of the links: lbtool itself, or a Toxiproxy server that runs already");

    private static readonly Key<Uri> Url = Key.Optional("url",
        new Scalar<Uri>(ToxiproxyEngine.Form, ToxiproxyEngine.TryParse, () => [Json.Pattern("^http://")]),
        $"`{ToxiproxyEngine.DefaultUrl}`", "with `engine: toxiproxy`, where it is");

    private static readonly Key<FaultEngine> FaultProxy = Key.Default("fault_proxy",
        Map.Of(
            [External, Url],
            fields => new FaultEngine(fields.Get(External) ? fields.Find(Url)?.Value ?? new Uri(ToxiproxyEngine.DefaultUrl) : null),
            CheckEngine),
        "{}",
        "what stands between the balancer and each backend");

    public static readonly MapShape<Target> Target = Map.Of(
        [Protocol, Algorithm, Health, SlowStart, Sticky, TrustForwardedFor, Http, Timeout, Retries, Limits, Drain, Count, FaultProxy, Backends],
        fields => new Target(
            fields.Get(Protocol), fields.Get(Algorithm), fields.Get(Http), fields.Get(Timeout),
            [.. fields.Get(Backends).Backends.Select(backend => backend.Spec)], fields.Get(FaultProxy).Toxiproxy)
        {
            TrustForwardedFor = fields.Get(TrustForwardedFor),
            Health = fields.Find(Health)?.Value ?? HealthRules.None,
            Sticky = fields.Get(Sticky),
            SlowStart = fields.Get(SlowStart),
            Retries = fields.Get(Retries),
            Limits = fields.Get(Limits),
            Drain = fields.Get(Drain),
            Balancers = fields.Get(Count),
        },
        Check);

    private static ImmutableArray<Key> Parameters(BalancerRow row) =>
    [
        .. row.UsesKey ? [HashKey] : Array.Empty<Key>(),
        .. row.Parameters.Select(parameter => Key.Default(
            parameter.Name,
            Values.Parameter(parameter),
            parameter.Format(parameter.Default),
            parameter.Description)),
    ];

    private static void CheckEngine(Fields fields)
    {
        if (fields.IsWritten(Url) && fields.Have(External) && !fields.Get(External))
        {
            fields.Report(Url, "it says where a Toxiproxy is; that needs engine: toxiproxy");
        }
    }

    private static void Check(Fields fields)
    {
        CheckNames(fields);
        if (fields.IsWritten(SlowStart) && fields.Find(Algorithm) is { } algorithm && !Balancers.Find(algorithm.Value.Name)!.CanRamp)
        {
            fields.Report(SlowStart, $"{algorithm.Value.Name} has no weights to ramp up; remove it, or use another algorithm");
        }

        if (fields.Have(Protocol) && fields.Get(Protocol) == Scenarios.Protocol.Tcp)
        {
            CheckTcp(fields);
        }
    }

    // A balancer of connections sees addresses and bytes, and nothing of what HTTP says with them.
    private static void CheckTcp(Fields fields)
    {
        foreach (var key in new Key[] { TrustForwardedFor, Http, Retries }.Where(fields.IsWritten))
        {
            fields.Report(key, "only with protocol: http; remove it, or set protocol: http");
        }

        if (fields.Have(Algorithm) && fields.Get(Algorithm).Key is { Part: not KeyPart.Client } part)
        {
            fields.Report(Algorithm, $"key: {part} is a part of HTTP requests; with protocol: tcp the key is client");
        }

        if (fields.Find(Sticky)?.Value.By.Part is KeyPart.Cookie or KeyPart.Header)
        {
            fields.Report(Sticky, "cookies and headers are parts of HTTP requests; with protocol: tcp, set by: source");
        }

        if (fields.Find(Health)?.Value.Active is { Port: null } active)
        {
            CheckTcpProbes(fields, active);
        }

        if ((fields.Find(Backends)?.Value.Backends ?? []).FirstOrDefault(backend => backend.Spec is { Cache: not null } or { Sessions: true }).Name is { } name)
        {
            fields.Report(Backends, $"{name.Value} has a cache or sessions, whose keys are parts of HTTP requests; remove them, or set protocol: http");
        }
    }

    // What another port of theirs speaks is not ours to say.
    private static void CheckTcpProbes(Fields fields, ActiveCheck active)
    {
        if (active.Http is not null)
        {
            fields.Report(Health, "active: a probe of type http asks an HTTP server; with protocol: tcp, set type: tcp, or the port of one");
        }

        if (active.Tls)
        {
            fields.Report(Health, "active: tls: these backends echo lines in clear text; with protocol: tcp, remove it, or set a port that speaks TLS");
        }
    }

    private static void CheckNames(Fields fields)
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

        CheckLimits(fields);
        if (fields.Find(Retries)?.Value.PerTryTimeout is { } perTry && fields.Have(Timeout) && perTry > fields.Get(Timeout))
        {
            fields.Report(Retries, $"per_try_timeout: {Durations.Format(perTry)} is never reached, since the balancer waits for "
                + $"{Durations.Format(fields.Get(Timeout))} at most (timeout); make it shorter, or leave it out");
        }
    }

    // A limit that is given to HTTP/2 by connections would say nothing about requests: a hundred share one.
    private static void CheckLimits(Fields fields)
    {
        var limits = (fields.Find(Backends)?.Value.Backends ?? []).Select(backend => backend.Spec.Limits)
            .Append(fields.Find(Limits)?.Value.Backends).OfType<BackendLimits>().ToList();
        if (fields.Have(Http) && fields.Get(Http).Behind == 2 && limits.Any(limit => limit.MaxConnections is not null))
        {
            fields.Report(Limits, "max_connections limits nothing over HTTP/2, where requests share connections; use max_requests");
        }

        if (fields.Find(Limits) is { } queue && queue.Value.Queue.Length > 0 && limits.All(limit => limit.MaxInFlight is null))
        {
            fields.Report(Limits, "nobody waits in the queue as no backend has a limit; give max_requests or max_connections");
        }
    }

    /// <summary>What does the faults of the links; null is lbtool itself.</summary>
    private sealed record FaultEngine(Uri? Toxiproxy);
}
