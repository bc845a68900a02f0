using System.Collections.Immutable;
using LBTool.Core.Affinity;
using LBTool.Core.Backends;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Health;
using LBTool.Core.Limits;
using LBTool.Core.Retries;

namespace LBTool.Core.Scenarios;

/// <summary>The balancer under test and the backends behind it.</summary>
/// <param name="Protocol">What is balanced.</param>
/// <param name="Algorithm">The rule that picks.</param>
/// <param name="Http">HTTP versions in front and behind; not used with another protocol.</param>
/// <param name="Timeout">How long the balancer waits for a backend to say something; above 0.</param>
/// <param name="Backends">At least one, names unique.</param>
/// <param name="Toxiproxy">A Toxiproxy server that does the faults of the links; null for our own fault proxies.</param>
public sealed record Target(
    Protocol Protocol,
    AlgorithmChoice Algorithm,
    HttpVersions Http,
    TimeSpan Timeout,
    ImmutableArray<BackendSpec> Backends,
    Uri? Toxiproxy = null)
{
    /// <summary>How many backends are tried for a TCP connection, before the client's is closed.</summary>
    public const int MostTries = 3;

    /// <summary>Whether the first address of a request's <c>X-Forwarded-For</c> is its client's.</summary>
    public bool TrustForwardedFor { get; init; }

    /// <summary>How the balancer finds out how its backends are.</summary>
    public HealthRules Health { get; init; } = HealthRules.None;

    /// <summary>How sessions stick to backends; null when they do not.</summary>
    public Sticky? Sticky { get; init; }

    /// <summary>How a backend that comes up at run time gets its weight; null: at once.</summary>
    public SlowStart? SlowStart { get; init; }

    /// <summary>When a request that failed is tried again; null: never.</summary>
    public RetryPolicy? Retries { get; init; }

    /// <summary>How much the balancer gives the backends at once.</summary>
    public TargetLimits Limits { get; init; } = TargetLimits.None;

    /// <summary>How backends and the balancer are drained; null: as <see cref="DrainSpec.Default"/> says.</summary>
    public DrainSpec? Drain { get; init; }

    /// <summary>How much the balancer gives one backend at once.</summary>
    public BackendLimits LimitsOf(BackendSpec backend) => backend.Limits ?? Limits.Backends;

    /// <summary>The same under another algorithm. What is hashed stays, so that rules that hash can be compared.</summary>
    public Target Under(AlgorithmChoice algorithm) => this with { Algorithm = algorithm with { Key = Algorithm.Key } };

    /// <summary>Independent balancers over the same backends, each of which sees only its own requests; at least 1, and more only in a simulation.</summary>
    public int Balancers { get; init; } = 1;
}

/// <summary>What is balanced.</summary>
public enum Protocol
{
    /// <summary>Requests (layer 7).</summary>
    Http,

    /// <summary>Connections (layer 4).</summary>
    Tcp,
}

/// <summary>HTTP versions: <c>1</c> is HTTP/1.1, <c>2</c> is HTTP/2 in clear text (h2c, prior knowledge).</summary>
/// <param name="Front">Between clients and balancer: 1 or 2.</param>
/// <param name="Behind">Between balancer and backends: 1 or 2.</param>
public sealed record HttpVersions(int Front = 1, int Behind = 1);

/// <summary>An algorithm by its long name, with a value for each of its parameters.</summary>
/// <param name="Name">Its long name.</param>
/// <param name="Parameters">A value for each of its parameters.</param>
/// <param name="Key">What it hashes, if it does; the client's address when nothing else is said.</param>
public sealed record AlgorithmChoice(string Name, ImmutableSortedDictionary<string, double> Parameters, KeySource Key = default);

/// <summary>One fake backend.</summary>
/// <param name="Name">Unique, e.g. <c>b1</c>.</param>
/// <param name="Weight">Share relative to the others; 0 gets nothing as long as another one has more.</param>
/// <param name="Latency">How long a request is served, without queueing.</param>
/// <param name="Concurrency">Requests served at once; null for no limit.</param>
/// <param name="Queue">Requests that may wait for a place; one more is answered 503. Null for no limit.</param>
/// <param name="Errors">Share of requests answered 500, 0 … 1.</param>
/// <param name="BodyBytes">Size of an answer's body.</param>
public sealed record BackendSpec(
    string Name, double Weight, ServiceTime Latency, int? Concurrency, int? Queue, double Errors, int BodyBytes)
{
    /// <summary>Path of every HTTP backend's health endpoint, which answers 200 past queue, latency and errors.</summary>
    public const string HealthPath = "/healthz";

    /// <summary>In a scenario made larger: the name of the backend that it is a copy of; null for the first of them.</summary>
    public string? CopyOf { get; init; }

    /// <summary>How its process is slow at first when it has come back; null: it is not.</summary>
    public ColdStart? ColdStart { get; init; }

    /// <summary>How everything in it stalls from time to time; null: never.</summary>
    public GcPause? GcPause { get; init; }

    /// <summary>Its key cache, whose times stand in place of <see cref="Latency"/>; null: none.</summary>
    public CacheSpec? Cache { get; init; }

    /// <summary>How many requests it takes in a second; null: all.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>Whether it keeps sessions in memory.</summary>
    public bool Sessions { get; init; }

    /// <summary>How much the balancer gives it at once; null: as much as any other.</summary>
    public BackendLimits? Limits { get; init; }
}
