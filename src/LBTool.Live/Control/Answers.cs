using System.Collections.Immutable;
using System.Text.Json;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;

namespace LBTool.Live.Control;

/// <summary>A session.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pid">The process that it is in.</param>
/// <param name="Version">The lbtool that runs it.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="ElapsedMs">Time since then: the time of the session.</param>
/// <param name="Algorithm">The rule that picks.</param>
/// <param name="Seed">Root of all randomness; a string, because numbers of that size get lost.</param>
/// <param name="Balancer">Where clients reach the balancer.</param>
/// <param name="Toxiproxy">Where the Toxiproxy API of its fault proxies is.</param>
/// <param name="Backends">All of them.</param>
/// <param name="Faults">Those that act.</param>
/// <param name="Load">What is driven; null: nothing.</param>
public sealed record SessionAnswer(
    string Name,
    int Pid,
    string Version,
    DateTimeOffset StartedAt,
    double ElapsedMs,
    AlgorithmAnswer Algorithm,
    string Seed,
    string Balancer,
    string Toxiproxy,
    ImmutableArray<BackendAnswer> Backends,
    ImmutableArray<FaultAnswer> Faults,
    LoadAnswer? Load);

/// <summary>A session ends.</summary>
/// <param name="DrainMs">How long it serves what is in flight, at most.</param>
public sealed record StopAnswer(double DrainMs);

/// <summary>The rule that picks.</summary>
/// <param name="Name">Its long name.</param>
/// <param name="Parameters">As a scenario writes them.</param>
public sealed record AlgorithmAnswer(string Name, ImmutableSortedDictionary<string, string> Parameters);

/// <summary>A backend. Rates and percentiles are of the last 10 s, as the balancer saw them.</summary>
/// <param name="Name">Unique in the session.</param>
/// <param name="Index">Its number, never given twice.</param>
/// <param name="Address">Where it listens itself.</param>
/// <param name="FaultProxy">Where the balancer meets it.</param>
/// <param name="Weight">Share relative to the others.</param>
/// <param name="State">Whether it is picked, in a word.</param>
/// <param name="Detail">More about that, in words; may be empty.</param>
/// <param name="InFlight">Requests in flight.</param>
/// <param name="Requests">Requests that it was picked for, since the start or the last reset.</param>
/// <param name="Share">Its part of the picks of late, 0 … 1.</param>
/// <param name="IdealShare">Its weight, of all weights that may be picked, 0 … 1.</param>
/// <param name="Errors">Those of <paramref name="Requests"/> that failed.</param>
/// <param name="Rps">Requests a second.</param>
/// <param name="P50Ms">Median latency; null without requests.</param>
/// <param name="P99Ms">99th percentile; null without requests.</param>
/// <param name="Latency">How long it takes to answer, as a scenario writes it.</param>
/// <param name="Jitter">What is added to that, plus or minus, at random.</param>
/// <param name="ErrorShare">The part of its requests that it answers 500 by itself, 0 … 1.</param>
/// <param name="Concurrency">Requests that it serves at once; null: no limit.</param>
/// <param name="Queue">Requests that may wait then; null: no limit.</param>
/// <param name="Drain">How far its drain is; null when it is not drained.</param>
public sealed record BackendAnswer(
    string Name,
    int Index,
    string Address,
    string FaultProxy,
    double Weight,
    string State,
    string Detail,
    int InFlight,
    long Requests,
    double Share,
    double IdealShare,
    long Errors,
    double Rps,
    double? P50Ms,
    double? P99Ms,
    string Latency,
    string Jitter,
    double ErrorShare,
    int? Concurrency,
    int? Queue,
    DrainAnswer? Drain)
{
    /// <summary>Why nothing was to be done, when that is so; else null.</summary>
    public string? Note { get; init; }
}

/// <summary>How far a drain is.</summary>
/// <param name="DeadlineMs">Time of the session at which what is left is cut off.</param>
/// <param name="LeftMs">Time until then; 0 once it has passed, or nothing is left.</param>
/// <param name="InFlightLeft">Requests that are still in flight.</param>
public sealed record DrainAnswer(double DeadlineMs, double LeftMs, int InFlightLeft);

/// <summary>A fault that acts. One of <paramref name="Toxic"/>, <paramref name="Action"/> and <paramref name="Http"/> is there, as it was sent.</summary>
/// <param name="Name">Unique among those that act.</param>
/// <param name="Target">Names of the backends that it hits.</param>
/// <param name="Kind">toxic, action or http.</param>
/// <param name="Summary">What it does, in a few words.</param>
/// <param name="StartedAtMs">Time of the session.</param>
/// <param name="EndsAtMs">When it ends by itself; null: not before it is removed.</param>
/// <param name="Toxic">The toxic.</param>
/// <param name="Action">The action.</param>
/// <param name="Http">The wrong answer.</param>
public sealed record FaultAnswer(
    string Name,
    ImmutableArray<string> Target,
    string Kind,
    string Summary,
    double StartedAtMs,
    double? EndsAtMs,
    JsonElement? Toxic,
    string? Action,
    JsonElement? Http);

/// <summary>A load that is driven.</summary>
/// <param name="Executor">constant-arrival-rate or constant-vus.</param>
/// <param name="Rate">Requests a second; null in the closed model.</param>
/// <param name="Vus">Virtual users; null in the open model.</param>
/// <param name="Arrivals">uniform or poisson; null in the closed model.</param>
/// <param name="Clients">Clients that take turns.</param>
/// <param name="Timeout">A request that takes longer is an error.</param>
/// <param name="StartedAtMs">Time of the session.</param>
/// <param name="EndsAtMs">When it ends by itself; null: not before it is stopped.</param>
/// <param name="Sent">Requests sent so far.</param>
/// <param name="Dropped">Arrivals given up unsent so far, because too many requests were open.</param>
/// <param name="Written">As it was sent.</param>
public sealed record LoadAnswer(
    string Executor,
    double? Rate,
    int? Vus,
    string? Arrivals,
    int Clients,
    string Timeout,
    double StartedAtMs,
    double? EndsAtMs,
    long Sent,
    long Dropped,
    JsonElement Written);

/// <summary>Something that happened.</summary>
/// <param name="N">Its number, from 1; ask for later ones with <c>since</c>.</param>
/// <param name="AtMs">Time of the session.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Backend">Name of the backend that it is about; null when it is about none or several.</param>
/// <param name="Name">The fault that it belongs to, or the name of what happened.</param>
/// <param name="Text">In words.</param>
public sealed record EventAnswer(long N, double AtMs, RunEventKind Kind, string? Backend, string Name, string Text);

/// <summary>What is measured, all backends together and each by itself, of the last 10 s.</summary>
/// <param name="AtMs">Time of the session.</param>
/// <param name="Rps">Requests a second.</param>
/// <param name="Errors">Requests that failed, since the start or the last reset.</param>
/// <param name="P50Ms">Median latency; null without requests.</param>
/// <param name="P99Ms">99th percentile; null without requests.</param>
/// <param name="Backends">Each backend.</param>
public sealed record MetricsAnswer(
    double AtMs, double Rps, long Errors, double? P50Ms, double? P99Ms, ImmutableArray<BackendAnswer> Backends);

/// <summary>Why a request was refused.</summary>
/// <param name="Error">What is wrong and what to do instead; may have several lines.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Allowed">The names that there are, when an unknown one is what is wrong.</param>
public sealed record ErrorAnswer(string Error, int Status, ImmutableArray<string>? Allowed);

/// <summary>Something was judged.</summary>
/// <param name="Text">The expectation as sent.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="Actual">The measured value in words; null when there is none.</param>
/// <param name="Bound">The bound in words.</param>
/// <param name="Samples">Samples behind the value.</param>
/// <param name="Interval">For a share, its 95 % interval in words.</param>
/// <param name="Reason">For an inconclusive one, why.</param>
public sealed record ExpectAnswer(string Text, Verdict Verdict, string? Actual, string Bound, long Samples, string? Interval, string? Reason);
