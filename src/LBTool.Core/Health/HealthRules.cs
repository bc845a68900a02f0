namespace LBTool.Core.Health;

/// <summary>How a balancer finds out how its backends are, and what it does then.</summary>
/// <param name="Active">How it asks them; null when it does not.</param>
/// <param name="PanicThreshold">
/// The share of the backends, 0 … 1, that must be well; when it is less, all are used, because those that are left would
/// only fall too. 0: never.
/// </param>
public sealed record HealthRules(ActiveCheck? Active = null, double PanicThreshold = 0.5)
{
    /// <summary>No checks: every backend is well until people say otherwise.</summary>
    public static HealthRules None { get; } = new(PanicThreshold: 0);
}

/// <summary>How a balancer probes each backend.</summary>
/// <param name="Interval">From the start of one probe to the start of the next; above 0.</param>
/// <param name="Timeout">How long a probe may take; above 0.</param>
/// <param name="Fall">Failures in a row that take a backend down, at least 1.</param>
/// <param name="Rise">Passes in a row that bring it up, at least 1.</param>
public sealed record ActiveCheck(TimeSpan Interval, TimeSpan Timeout, int Fall, int Rise);
