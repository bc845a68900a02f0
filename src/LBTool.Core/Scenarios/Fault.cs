using System.Collections.Immutable;

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
public sealed record ShareOfBackends(double Share) : FaultTarget;

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

/// <summary>Something done to the backend's process.</summary>
public sealed record ActionEffect(BackendAction Action) : FaultEffect;

/// <summary>What can be done to a backend's process. Each is undone when the fault ends.</summary>
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
}

/// <summary>A wrong answer of the backend to a share of its requests.</summary>
/// <param name="Percent">Share of requests, 0 … 1.</param>
/// <param name="Fault">The wrong answer.</param>
public sealed record HttpEffect(double Percent, HttpFault Fault) : FaultEffect;

/// <summary>A wrong answer.</summary>
public abstract record HttpFault;

/// <summary>This status at once, instead of the work: 200 … 599.</summary>
public sealed record HttpStatus(int Status) : HttpFault;

/// <summary>The connection is reset at this point of the answer.</summary>
public sealed record HttpAbort(AbortPoint Point) : HttpFault;

/// <summary>A point of an answer.</summary>
public enum AbortPoint
{
    /// <summary>Before the first byte of the head.</summary>
    BeforeHeaders,

    /// <summary>After the head, before the body.</summary>
    AfterHeaders,

    /// <summary>After half of the body.</summary>
    MidBody,
}
