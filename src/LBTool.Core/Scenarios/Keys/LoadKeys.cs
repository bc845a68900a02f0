using LBTool.Core.Balancing;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The keys under <c>load</c>.</summary>
internal static class LoadKeys
{
    private const int MostClients = 10_000;
    private const int MostKeys = 1_000_000;
    private const int MostSessions = 1_000_000;

    // What records hold, with room to spare for requests that outlive the load.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1000);

    private static readonly Key<Executor> Executor = Key.Default("executor",
        new Choice<Executor>("executor",
            ("constant-arrival-rate", Scenarios.Executor.ConstantArrivalRate), ("constant-vus", Scenarios.Executor.ConstantVus)),
        "constant-arrival-rate",
        "who decides when the next request is sent: a schedule, whatever the answers do (open model), "
        + "or each virtual user when its last request has ended (closed model)");

    private static readonly Key<double> Rate = Key.Optional("rate", Values.Rate, "needed by constant-arrival-rate",
        "arrivals, as a number a second, minute or hour");

    private static readonly Key<int> Vus = Key.Optional("vus", Values.Count(1, 100_000), "needed by constant-vus",
        "virtual users, each with one request at a time");

    private static readonly Key<TimeSpan> Duration = Key.Required("duration", Values.PositiveDuration,
        "from the first arrival to the last, warm-up included; time 0 of the run is where it begins");

    private static readonly Key<TimeSpan> Warmup = Key.Default("warmup", Values.Duration, "0s",
        "the first part of `duration`, which is not measured");

    private static readonly Key<ArrivalSpacing> Arrivals = Key.Default("arrivals",
        new Choice<ArrivalSpacing>("arrivals", ("uniform", ArrivalSpacing.Uniform), ("poisson", ArrivalSpacing.Poisson)),
        "uniform",
        "how arrivals are spaced: exactly 1/rate apart, or at random with that mean, as many independent users make them");

    private static readonly Shape<int> ClientCount = Values.Count(1, MostClients);

    private static readonly Key<int> Count = Key.Required("count", ClientCount, "how many there are");

    private static readonly Key<int> Clients = Key.Default("clients",
        new EitherShape<int>(
            text: ClientCount,
            map: new MappedShape<Clients, int>(Map.Of([Count], fields => new Clients(fields.Get(Count))), clients => clients.Count)),
        "1",
        "clients that take turns, each with connections and a loopback source address of its own");

    private static readonly Key<int> KeyCount = Key.Required("count", Values.Count(1, MostKeys), "how many different keys");

    private static readonly Key<double> Skew = Key.Default("skew", Values.Number(0, 10), "0",
        "Zipf's exponent: the k-th key is asked for in proportion to 1 / k^skew, so that at 1 a few have much of the traffic; at 0 all are alike");

    private static readonly Key<KeySource> Also = Key.Optional("also",
        new Scalar<KeySource>("header:NAME, cookie:NAME or query:NAME",
            (string text, out KeySource value) => KeySource.TryParse(text, out value) && value.Name is not null,
            () => [Json.Pattern("^(header|cookie|query):.+$")]),
        "nowhere else",
        "where a request says its key besides its path");

    private static readonly Key<KeySpec> Keys = Key.Optional("keys",
        new EitherShape<KeySpec>(
            text: new MappedShape<int, KeySpec>(Values.Count(1, MostKeys), count => new KeySpec(count)),
            map: Map.Of([KeyCount, Skew, Also],
                fields => new KeySpec(fields.Get(KeyCount), fields.Get(Skew), fields.Find(Also)?.Value))),
        "every request is for /",
        "what requests ask for: each draws a key with the run's seed, and its path says it: /k1, /k2, …");

    private static readonly Key<int> Sessions = Key.Optional("sessions", Values.Count(1, MostSessions), "no cookies are kept",
        "sessions of each client, which take turns; each keeps the cookies that it is given and sends them back");

    private static readonly Key<TimeSpan> Timeout = Key.Default("timeout", Values.PositiveDuration, "10s",
        "a request that takes longer is an error");

    private static readonly Key<ConnectionUse> Connections = Key.Optional("connections",
        new Choice<ConnectionUse>("manner", ("new", ConnectionUse.New), ("kept", ConnectionUse.Kept)),
        "`new` with `protocol: tcp`; over HTTP they are always kept",
        "whether each request has a connection of its own, or takes an idle one of its client and opens one only when there is none");

    public static readonly MapShape<Load> Load = Map.Of(
        [Executor, Rate, Vus, Duration, Warmup, Arrivals, Clients, Connections, Sessions, Keys, Timeout],
        fields => new Load(
            fields.Get(Executor), fields.Get(Rate), fields.Get(Vus), fields.Get(Arrivals),
            fields.Get(Duration), fields.Get(Warmup), fields.Get(Clients), fields.Get(Timeout))
        {
            Connections = fields.Find(Connections)?.Value,
            Keys = fields.Get(Keys),
            Sessions = fields.Find(Sessions)?.Value ?? 0,
        },
        Check);

    private static readonly Key<TimeSpan> DurationNow = Key.Optional("duration", Values.PositiveDuration, "until it is stopped",
        "from the first arrival to the last");

    /// <summary>A load that begins at once: a scenario's, which may last until it is stopped. Nothing of it is a warm-up.</summary>
    public static readonly MapShape<Load> LoadNow = Map.Of(
        [Executor, Rate, Vus, DurationNow, Arrivals, Clients, Connections, Sessions, Keys, Timeout],
        fields => new Load(
            fields.Get(Executor), fields.Get(Rate), fields.Get(Vus), fields.Get(Arrivals),
            fields.Find(DurationNow)?.Value ?? Scenarios.Load.Unending, TimeSpan.Zero, fields.Get(Clients), fields.Get(Timeout))
        {
            Connections = fields.Find(Connections)?.Value,
            Keys = fields.Get(Keys),
            Sessions = fields.Find(Sessions)?.Value ?? 0,
        },
        Check);

    private static void Check(Fields fields)
    {
        if (fields.Have(Executor))
        {
            CheckModel(fields, fields.Get(Executor));
        }

        foreach (var key in new[] { Duration, Timeout }.Where(key => fields.Have(key) && fields.Get(key) > Longest))
        {
            fields.Report(key, $"{Durations.Format(fields.Get(key))} is more than {Durations.Format(Longest)}, the longest there is");
        }

        if (fields.Find(Sessions) is { } sessions && fields.Have(Clients) && (long)sessions.Value * fields.Get(Clients) > MostSessions)
        {
            fields.Report(Sessions, $"{sessions.Value} for each of {fields.Get(Clients)} clients are more than {MostSessions}; use fewer of either");
        }

        if (fields.Have(Duration, Warmup) && fields.Get(Warmup) >= fields.Get(Duration))
        {
            fields.Report(Warmup, $"{Durations.Format(fields.Get(Warmup))} of warm-up leave nothing to measure of "
                + $"{Durations.Format(fields.Get(Duration))}; the warm-up is the first part of the duration");
        }
    }

    private static void CheckModel(Fields fields, Executor executor)
    {
        var isOpen = executor == Scenarios.Executor.ConstantArrivalRate;
        var (name, needed, other) = isOpen
            ? ("constant-arrival-rate", (Key)Rate, "constant-vus")
            : ("constant-vus", Vus, "constant-arrival-rate");
        if (!fields.IsWritten(needed))
        {
            fields.Report(needed, $"missing; {name} needs it: {needed.Shape.Words}");
        }

        foreach (var useless in isOpen ? [Vus] : new Key[] { Rate, Arrivals })
        {
            if (fields.IsWritten(useless))
            {
                fields.Report(useless, $"{name} does not use it; remove it, or set executor: {other}");
            }
        }
    }
}

/// <summary>What <c>clients</c> says as a map.</summary>
internal sealed record Clients(int Count);
