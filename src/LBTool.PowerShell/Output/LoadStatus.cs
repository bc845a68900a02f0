using System.Globalization;

namespace LBTool.PowerShell.Output;

/// <summary>The load that a session drives.</summary>
public sealed class LoadStatus
{
    internal LoadStatus(Json json, string session)
    {
        SessionName = session;
        Executor = json.Text("executor");
        Rate = json.Number("rate");
        VirtualUsers = (int?)json.Number("vus");
        Arrivals = json["arrivals"].Text();
        Clients = (int)json.Count("clients");
        Timeout = json["timeout"].Text();
        StartedAtMs = json.Number("startedAtMs") ?? 0;
        EndsAtMs = json.Number("endsAtMs");
        Sent = json.Count("sent");
        Dropped = json.Count("dropped");
    }

    /// <summary>The session that drives it.</summary>
    public string SessionName { get; }

    /// <summary><c>constant-arrival-rate</c> or <c>constant-vus</c>.</summary>
    public string Executor { get; }

    /// <summary>Requests a second; null for virtual users.</summary>
    public double? Rate { get; }

    /// <summary>Virtual users; null for a rate.</summary>
    public int? VirtualUsers { get; }

    /// <summary>How arrivals are spaced; null for virtual users.</summary>
    public string? Arrivals { get; }

    /// <summary>How many clients take turns.</summary>
    public int Clients { get; }

    /// <summary>A request that takes longer is an error.</summary>
    public string? Timeout { get; }

    /// <summary>When it began, in ms since the session's start.</summary>
    public double StartedAtMs { get; }

    /// <summary>When it ends by itself, in ms since the session's start; null when it goes on until it is stopped.</summary>
    public double? EndsAtMs { get; }

    /// <summary>Requests sent so far.</summary>
    public long Sent { get; }

    /// <summary>Arrivals given up unsent so far, because too many requests were open.</summary>
    public long Dropped { get; }

    /// <summary>The rate, or the number of users.</summary>
    public override string ToString() => Rate is { } rate ? $"{rate.ToString("0.##", CultureInfo.InvariantCulture)}/s" : $"{VirtualUsers} users";
}
