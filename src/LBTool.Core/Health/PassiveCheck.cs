using LBTool.Core.Balancing;

namespace LBTool.Core.Health;

/// <summary>
/// What a balancer learns from the requests that it forwards anyway: a backend that fails too often or is much slower
/// than the others is ejected for a while. As Envoy's outlier detection has it; nginx' <c>max_fails</c> and HAProxy's
/// <c>observe</c> are the failures in a row.
/// </summary>
public sealed record PassiveCheck
{
    /// <summary>Failures in a row that eject, at least 1; null: they are not counted.</summary>
    public int? Consecutive { get; init; } = 5;

    /// <summary>Share of failures in the window that ejects, above 0 … 1; null: it does not.</summary>
    public double? FailureRate { get; init; }

    /// <summary>
    /// A mean latency in the window of so many times the median of the others' ejects, above 1; null: it does not.
    /// </summary>
    public double? LatencyFactor { get; init; }

    /// <summary>How far the failure rate and the latency look back, above 0; it slides in tenths.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Fewest requests in the window that a failure rate or a latency is judged by, at least 1.</summary>
    public int MinRequests { get; init; } = 20;

    /// <summary>What counts as a failure.</summary>
    public FailureKinds Failures { get; init; } = FailureKinds.ConnectError | FailureKinds.Timeout | FailureKinds.Reset | FailureKinds.ServerError;

    /// <summary>How long the first ejection lasts, above 0. The n-th lasts n times that; for each such time without one n shrinks by 1.</summary>
    public TimeSpan Ejection { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest ejection, at least <see cref="Ejection"/>.</summary>
    public TimeSpan MaxEjection { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Share of the backends that may be ejected at a time, 0 … 1, rounded down but at least one backend.</summary>
    public double MaxEjected { get; init; } = 0.5;

    /// <summary>How an ejected backend comes back.</summary>
    public ReturnBy Return { get; init; } = ReturnBy.Trial;

    /// <summary>Whether a probe that passes ends an ejection. Envoy does so by default; but who ejects, saw what probes do not.</summary>
    public bool ProbesReadmit { get; init; }

    /// <summary>What an outcome says of the backend: true, it did well; false, it failed; null, nothing.</summary>
    /// <param name="outcome">How the lease ended.</param>
    /// <param name="status">HTTP status of the backend's answer; 0 when there was none.</param>
    public bool? Judge(LeaseOutcome outcome, int status) => outcome switch
    {
        LeaseOutcome.Ok => status switch
        {
            429 => !Failures.HasFlag(FailureKinds.TooManyRequests),
            404 => !Failures.HasFlag(FailureKinds.NotFound),
            _ => true,
        },
        LeaseOutcome.ServerError => !Failures.HasFlag(FailureKinds.ServerError),
        LeaseOutcome.ConnectFailed => !Failures.HasFlag(FailureKinds.ConnectError),
        LeaseOutcome.Timeout => !Failures.HasFlag(FailureKinds.Timeout),
        LeaseOutcome.Broken => !Failures.HasFlag(FailureKinds.Reset),
        _ => null,
    };
}

/// <summary>What may count as a failure of a backend.</summary>
[Flags]
public enum FailureKinds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A connection that is refused, or not made in time.</summary>
    ConnectError = 1,

    /// <summary>No answer in time.</summary>
    Timeout = 2,

    /// <summary>A connection that breaks, or an answer that is none.</summary>
    Reset = 4,

    /// <summary>A status of 500 or more.</summary>
    ServerError = 8,

    /// <summary>Status 429: it asks for less, and may be well.</summary>
    TooManyRequests = 16,

    /// <summary>Status 404: mostly the client's mistake.</summary>
    NotFound = 32,
}

/// <summary>How an ejected backend comes back when its time is over.</summary>
public enum ReturnBy
{
    /// <summary>By one request: when it goes well the backend is back, when not it is ejected for longer. A circuit breaker's half-open state.</summary>
    Trial,

    /// <summary>At once; with slow start, by a ramp.</summary>
    AtOnce,
}
