using System.Collections.Immutable;
using LBTool.Core.HttpFaults;

namespace LBTool.Core.Scenarios;

/// <summary>One thing that goes wrong.</summary>
/// <param name="Name">Unique among faults and phases; also the name of the window in which it acts.</param>
/// <param name="At">When it begins.</param>
/// <param name="For">How long it acts; null until the end of the run.</param>
/// <param name="Target">The backends that it hits.</param>
/// <param name="Effect">What it does.</param>
public sealed record Fault(string Name, Moment At, TimeSpan? For, FaultTarget Target, FaultEffect Effect);

/// <summary>Which backends a fault hits.</summary>
public abstract record FaultTarget;

/// <summary>Those named.</summary>
public sealed record NamedBackends(ImmutableArray<string> Names) : FaultTarget;

/// <summary>So many, drawn with the run's seed: <c>one</c> is 1, <c>N</c> is N.</summary>
public sealed record SomeBackends(int Count) : FaultTarget;

/// <summary>A share of the pool, rounded to the nearest whole backend, at least 1: <c>40%</c>; <c>all</c> is 1.</summary>
public sealed record ShareOfBackends(double Share) : FaultTarget
{
    /// <summary>How many that is in a pool of <paramref name="pool"/>.</summary>
    public int CountOf(int pool) => Math.Max(1, (int)Math.Round(Share * pool, MidpointRounding.AwayFromZero));
}

/// <summary>What a fault does to a backend.</summary>
public abstract record FaultEffect;

/// <summary>A toxic on the connections between balancer and backend.</summary>
/// <param name="Type">Its Toxiproxy name, e.g. <c>latency</c>.</param>
/// <param name="Stream">The direction that it acts on.</param>
/// <param name="Toxicity">Probability that a connection is hit, 0 … 1.</param>
/// <param name="Attributes">Its Toxiproxy attributes in their wire units (ms, KB/s, bytes, µs).</param>
public record ToxicEffect(
    string Type, StreamDirection Stream, double Toxicity, ImmutableSortedDictionary<string, double> Attributes) : FaultEffect;

/// <summary>The direction of bytes, seen from the client.</summary>
public enum StreamDirection
{
    /// <summary>From client to backend.</summary>
    Upstream,

    /// <summary>From backend to client.</summary>
    Downstream,
}

/// <summary>Something done to the backend's process, or to its place in the pool.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Workers">For <see cref="BackendAction.LoseCapacity"/>: requests that can still be served at once, 0 or more; else null.</param>
/// <param name="Weight">For <see cref="BackendAction.SetWeight"/>: the weight, 0 or more; else null.</param>
public sealed record ActionEffect(BackendAction Action, int? Workers = null, double? Weight = null) : FaultEffect
{
    /// <summary>For <see cref="BackendAction.Drain"/> and <see cref="BackendAction.Remove"/>: when what is in flight is cut, 0 or more; null: when the target says, or never.</summary>
    public TimeSpan? Deadline { get; init; }
}

/// <summary>What can be done to a backend. Each is undone when the fault ends. <see cref="ActionTable"/> names them.</summary>
public enum BackendAction
{
    /// <summary>As SIGKILL: connections are refused and open ones reset. Comes back empty.</summary>
    Kill,

    /// <summary>As SIGTERM: connections are refused, requests in flight are answered, then connections close.</summary>
    Stop,

    /// <summary>Killed and started again at once.</summary>
    Restart,

    /// <summary>As SIGSTOP: accepts and says nothing; goes on where it was when the fault ends.</summary>
    Pause,

    /// <summary>The link is down, as a Toxiproxy proxy with <c>enabled: false</c>: refused, open connections closed.</summary>
    Down,

    /// <summary>The health endpoint answers 503 while the application is well.</summary>
    FailHealth,

    /// <summary>The application answers 500 while the health endpoint says that all is well.</summary>
    FailApp,

    /// <summary>Only so many requests are served at once; the others wait.</summary>
    LoseCapacity,

    /// <summary>The balancer gives it another share.</summary>
    SetWeight,

    /// <summary>The balancer takes it out of its pool; leases go on. It is added again at the end.</summary>
    Remove,

    /// <summary>The balancer sends it no more requests, and lets those in flight end until a deadline; then it cuts them.</summary>
    Drain,
}

/// <summary>A wrong answer of the backend to a share of its requests.</summary>
/// <param name="Percent">Share of the requests that match, 0 … 1.</param>
/// <param name="Fault">The wrong answer.</param>
public sealed record HttpEffect(double Percent, HttpFault Fault) : FaultEffect
{
    /// <summary>
    /// The path that a request must have: this one, or one that begins so when it ends in <c>*</c>. Null: any but
    /// <see cref="BackendSpec.HealthPath"/>, which is only hit when a path says so.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>The method that a request must have, in capitals; null: any.</summary>
    public string? Method { get; init; }

    /// <summary>Whether it may hit a request with this path (without its query) and method.</summary>
    public bool Matches(string path, string method) => (Method is null || Method == method) && Path switch
    {
        null => path != BackendSpec.HealthPath,
        _ when Path.EndsWith('*') => path.AsSpan().StartsWith(Path.AsSpan(0, Path.Length - 1)),
        _ => path == Path,
    };
}
