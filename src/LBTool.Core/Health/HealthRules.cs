namespace LBTool.Core.Health;

/// <summary>How a balancer finds out how its backends are, and what it does then.</summary>
/// <param name="Active">How it asks them; null when it does not.</param>
/// <param name="Passive">What it learns from requests; null when it looks at none.</param>
/// <param name="PanicThreshold">
/// The share of the backends, 0 … 1, that must be well; when it is less, all are used, because those that are left would
/// only fall too. 0: never.
/// </param>
public sealed record HealthRules(ActiveCheck? Active = null, PassiveCheck? Passive = null, double PanicThreshold = 0.5)
{
    /// <summary>No checks: every backend is well until people say otherwise.</summary>
    public static HealthRules None { get; } = new(PanicThreshold: 0);
}
