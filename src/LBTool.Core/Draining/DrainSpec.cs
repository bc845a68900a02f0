namespace LBTool.Core.Draining;

/// <summary>How backends and balancers are drained, as a scenario says it.</summary>
/// <param name="Deadline">How long what is in flight may take to end by itself; then it is cut. 0 cuts at once.</param>
/// <param name="HonourSticky">Whether a session's requests still go to its draining backend.</param>
public sealed record DrainSpec(TimeSpan Deadline, bool HonourSticky)
{
    /// <summary>What holds when a scenario says nothing.</summary>
    public static DrainSpec Default { get; } = new(TimeSpan.FromSeconds(30), HonourSticky: false);
}
