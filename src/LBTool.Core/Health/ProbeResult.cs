namespace LBTool.Core.Health;

/// <summary>How one probe ended.</summary>
/// <param name="Passed">The backend answered as it should.</param>
/// <param name="Text">In words, e.g. <c>status 503</c> or <c>no answer within 200ms</c>.</param>
public readonly record struct ProbeResult(bool Passed, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Passed ? "passed" : "failed")}: {Text}";
}
