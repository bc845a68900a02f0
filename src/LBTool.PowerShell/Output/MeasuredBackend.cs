namespace LBTool.PowerShell.Output;

/// <summary>A backend over a length of time: an attempt at a scenario, or a measurement of a session.</summary>
public sealed class MeasuredBackend
{
    internal MeasuredBackend(Json json)
    {
        Name = json.Text("name");
        Requests = json.Count("requests");
        Share = json.Number("share") ?? 0;
        Errors = json.Count("errors");
        P50Ms = json.Number("p50Ms");
        P99Ms = json.Number("p99Ms");
    }

    internal MeasuredBackend(string name, long requests, double share, long errors, double? p50, double? p99) =>
        (Name, Requests, Share, Errors, P50Ms, P99Ms) = (name, requests, share, errors, p50, p99);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The balancer's picks of it.</summary>
    public long Requests { get; }

    /// <summary>Those, of all picks, 0 … 1.</summary>
    public double Share { get; }

    /// <summary>Requests that failed on it.</summary>
    public long Errors { get; }

    /// <summary>Median latency in ms; null without requests.</summary>
    public double? P50Ms { get; }

    /// <summary>99th percentile of latency in ms; null without requests.</summary>
    public double? P99Ms { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
