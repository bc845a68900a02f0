using System.Collections.Immutable;

namespace LBTool.Core.Scenarios;

/// <summary>The balancer under test and the backends behind it.</summary>
/// <param name="Protocol">What is balanced.</param>
/// <param name="Algorithm">The rule that picks.</param>
/// <param name="Http">HTTP versions in front and behind.</param>
/// <param name="Timeout">How long the balancer waits for a backend's answer; above 0.</param>
/// <param name="Backends">At least one, names unique.</param>
public sealed record Target(
    Protocol Protocol, AlgorithmChoice Algorithm, HttpVersions Http, TimeSpan Timeout, ImmutableArray<BackendSpec> Backends)
{
    /// <summary>Independent balancers over the same backends, each of which sees only its own requests; at least 1, and more only in a simulation.</summary>
    public int Balancers { get; init; } = 1;
}

/// <summary>What is balanced.</summary>
public enum Protocol
{
    /// <summary>Requests (layer 7).</summary>
    Http,
}

/// <summary>HTTP versions: <c>1</c> is HTTP/1.1, <c>2</c> is HTTP/2 in clear text (h2c, prior knowledge).</summary>
/// <param name="Front">Between clients and balancer: 1 or 2.</param>
/// <param name="Behind">Between balancer and backends: 1 or 2.</param>
public sealed record HttpVersions(int Front = 1, int Behind = 1);

/// <summary>An algorithm by its long name, with a value for each of its parameters.</summary>
public sealed record AlgorithmChoice(string Name, ImmutableSortedDictionary<string, double> Parameters);

/// <summary>One fake backend.</summary>
/// <param name="Name">Unique, e.g. <c>b1</c>.</param>
/// <param name="Weight">Share relative to the others, above 0.</param>
/// <param name="Latency">How long a request is served, without queueing.</param>
/// <param name="Concurrency">Requests served at once; null for no limit.</param>
/// <param name="Queue">Requests that may wait for a place; one more is answered 503. Null for no limit.</param>
/// <param name="Errors">Share of requests answered 500, 0 … 1.</param>
/// <param name="BodyBytes">Size of an answer's body.</param>
public sealed record BackendSpec(
    string Name, double Weight, ServiceTime Latency, int? Concurrency, int? Queue, double Errors, int BodyBytes);
