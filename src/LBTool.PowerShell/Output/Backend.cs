namespace LBTool.PowerShell.Output;

/// <summary>A backend of a session. Rates and percentiles are over the last 10 s.</summary>
public sealed class Backend
{
    internal Backend(Json json, string session)
    {
        SessionName = session;
        Name = json.Text("name");
        Index = (int)json.Count("index");
        Address = json.Text("address");
        FaultProxy = json["faultProxy"].Text();
        Weight = json.Number("weight") ?? 1;
        State = json.Text("state");
        Detail = json["detail"].Text();
        InFlight = (int)json.Count("inFlight");
        Requests = json.Count("requests");
        Share = json.Number("share");
        IdealShare = json.Number("idealShare");
        Errors = json.Count("errors");
        Rps = json.Number("rps") ?? 0;
        P50Ms = json.Number("p50Ms");
        P99Ms = json.Number("p99Ms");
        Latency = json["latency"].Text();
        Jitter = json["jitter"].Text();
        ErrorShare = json.Number("errorShare") ?? 0;
        Concurrency = (int?)json.Number("concurrency");
        Queue = (int?)json.Number("queue");
        Drain = json["drain"].IsNull ? null : new Drain(json["drain"]);
    }

    /// <summary>The session that it belongs to.</summary>
    public string SessionName { get; }

    /// <summary>Its name, such as <c>b1</c>.</summary>
    public string Name { get; }

    /// <summary>Its place, from 0.</summary>
    public int Index { get; }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>Where the fault proxy before it listens.</summary>
    public string? FaultProxy { get; }

    /// <summary>Its weight in weighted algorithms.</summary>
    public double Weight { get; }

    /// <summary>What the balancer thinks of it.</summary>
    public string State { get; }

    /// <summary>Why, in words.</summary>
    public string? Detail { get; }

    /// <summary>Requests at it now.</summary>
    public int InFlight { get; }

    /// <summary>The balancer's picks of it, since the start or the last reset.</summary>
    public long Requests { get; }

    /// <summary>Its part of all picks of the last 10 s, 0 … 1.</summary>
    public double? Share { get; }

    /// <summary>What its weight entitles it to, 0 … 1.</summary>
    public double? IdealShare { get; }

    /// <summary>Requests that failed on it.</summary>
    public long Errors { get; }

    /// <summary>Requests a second.</summary>
    public double Rps { get; }

    /// <summary>Median latency in ms; null without requests.</summary>
    public double? P50Ms { get; }

    /// <summary>99th percentile of latency in ms; null without requests.</summary>
    public double? P99Ms { get; }

    /// <summary>How long it takes to answer.</summary>
    public string? Latency { get; }

    /// <summary>By how much that varies.</summary>
    public string? Jitter { get; }

    /// <summary>The part of its requests that it answers with an error by itself, 0 … 1.</summary>
    public double ErrorShare { get; }

    /// <summary>Requests that it works on at once; null for any number.</summary>
    public int? Concurrency { get; }

    /// <summary>Requests that may wait; null for any number.</summary>
    public int? Queue { get; }

    /// <summary>How far its drain is; null when it is not draining.</summary>
    public Drain? Drain { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}

/// <summary>How far a drain is.</summary>
public sealed class Drain
{
    internal Drain(Json json) =>
        (DeadlineMs, LeftMs, InFlightLeft) = (json.Number("deadlineMs"), json.Number("leftMs"), (int)json.Count("inFlightLeft"));

    /// <summary>When what is left is cut off, in ms since the session's start; null without a deadline.</summary>
    public double? DeadlineMs { get; }

    /// <summary>How long until then, in ms; null without a deadline.</summary>
    public double? LeftMs { get; }

    /// <summary>Requests that are still at it.</summary>
    public int InFlightLeft { get; }

    /// <summary>In words.</summary>
    public override string ToString() => $"{InFlightLeft} left";
}
