namespace LBTool.PowerShell.Output;

/// <summary>What went through a session in a length of time.</summary>
public sealed class Measurement
{
    internal Measurement(string session, TimeSpan length, MeasuredBackend[] backends, double? p50, double? p99)
    {
        SessionName = session;
        DurationMs = length.TotalMilliseconds;
        Backends = backends;
        Requests = backends.Sum(backend => backend.Requests);
        Errors = backends.Sum(backend => backend.Errors);
        Rps = Requests / length.TotalSeconds;
        P50Ms = p50;
        P99Ms = p99;
    }

    /// <summary>The session.</summary>
    public string SessionName { get; }

    /// <summary>How long it was measured, in ms.</summary>
    public double DurationMs { get; }

    /// <summary>The balancer's picks.</summary>
    public long Requests { get; }

    /// <summary>Those, by the second.</summary>
    public double Rps { get; }

    /// <summary>Requests that failed.</summary>
    public long Errors { get; }

    /// <summary>Median latency of the last 10 s, in ms; null without requests.</summary>
    public double? P50Ms { get; }

    /// <summary>99th percentile of latency of the last 10 s, in ms; null without requests.</summary>
    public double? P99Ms { get; }

    /// <summary>Each backend in that time.</summary>
    public MeasuredBackend[] Backends { get; }
}
