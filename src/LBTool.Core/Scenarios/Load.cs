using LBTool.Core.Balancing;

namespace LBTool.Core.Scenarios;

/// <summary>The traffic of a run.</summary>
/// <param name="Executor">Open or closed model.</param>
/// <param name="Rate">Open model: arrivals a second, above 0. Closed model: 0.</param>
/// <param name="Vus">Closed model: virtual users, each with one request at a time. Open model: 0.</param>
/// <param name="Arrivals">Open model: how arrivals are spaced.</param>
/// <param name="Duration">From the first arrival to the last, warm-up included; above 0.</param>
/// <param name="Warmup">The first part of <paramref name="Duration"/>, which is not measured.</param>
/// <param name="Clients">Clients that take turns, each with connections and a loopback source address of its own.</param>
/// <param name="Timeout">A request that takes longer is an error; above 0.</param>
public sealed record Load(
    Executor Executor,
    double Rate,
    int Vus,
    ArrivalSpacing Arrivals,
    TimeSpan Duration,
    TimeSpan Warmup,
    int Clients,
    TimeSpan Timeout)
{
    /// <summary>The <see cref="Duration"/> of a load that goes on until it is stopped: longer than any session.</summary>
    public static readonly TimeSpan Unending = TimeSpan.FromDays(10_000);

    /// <summary>How a <see cref="Rate"/> is written, for messages.</summary>
    public static string RateForms => Scenarios.Keys.Values.Rate.Words;

    /// <summary>What requests do with connections; null: what is usual for the protocol.</summary>
    public ConnectionUse? Connections { get; init; }

    /// <summary>What requests ask for; null: all for the same.</summary>
    public KeySpec? Keys { get; init; }

    /// <summary>Sessions of each client, each of which keeps its cookies; 0: nobody keeps any.</summary>
    public int Sessions { get; init; }
}

/// <summary>What the requests of a client do with connections.</summary>
public enum ConnectionUse
{
    /// <summary>Each request has one of its own, which ends with it: usual with TCP.</summary>
    New,

    /// <summary>A request takes an idle one, or else opens one, and leaves it open: usual with HTTP.</summary>
    Kept,
}

/// <summary>What the requests of a load ask for.</summary>
/// <param name="Count">How many different keys, at least 1.</param>
/// <param name="Skew">Zipf's exponent: the k-th key is asked for in proportion to 1/k^skew; 0: all alike.</param>
/// <param name="Also">Where a request says its key besides its path: a header, a cookie or a query parameter; null: nowhere.</param>
public sealed record KeySpec(int Count, double Skew = 0, KeySource? Also = null);

/// <summary>Who decides when the next request is sent.</summary>
public enum Executor
{
    /// <summary>Open model: a schedule, whatever the answers do.</summary>
    ConstantArrivalRate,

    /// <summary>Closed model: each virtual user sends its next request when the last one has ended.</summary>
    ConstantVus,
}

/// <summary>How arrivals of an open model are spaced.</summary>
public enum ArrivalSpacing
{
    /// <summary>Exactly 1/rate apart.</summary>
    Uniform,

    /// <summary>Exponentially distributed gaps of mean 1/rate, as many independent users make them.</summary>
    Poisson,
}
