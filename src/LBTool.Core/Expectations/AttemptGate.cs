using LBTool.Core.Scenarios;

namespace LBTool.Core.Expectations;

/// <summary>
/// Makes one verdict of the attempts of a noisy scenario: so many of them must pass. Attempts stop as soon as the
/// verdict can no longer change; none is hidden.
/// </summary>
public static class AttemptGate
{
    /// <summary>
    /// Passed when enough attempts passed; failed when failures leave too few to come; otherwise inconclusive.
    /// </summary>
    public static Verdict Combine(Gate gate, IReadOnlyCollection<Verdict> attempts) =>
        attempts.Count(verdict => verdict == Verdict.Passed) >= gate.Pass ? Verdict.Passed
        : attempts.Count(verdict => verdict == Verdict.Failed) > gate.Repeat - gate.Pass ? Verdict.Failed
        : Verdict.Inconclusive;

    /// <summary>Whether another attempt is allowed and could still decide it.</summary>
    public static bool NeedsMore(Gate gate, IReadOnlyCollection<Verdict> attempts)
    {
        var left = Enumerable.Repeat(Verdict.Passed, Math.Max(0, gate.Repeat - attempts.Count));
        return Combine(gate, attempts) == Verdict.Inconclusive
            && (Combine(gate, [.. attempts, .. left]) == Verdict.Passed
                || Combine(gate, [.. attempts, .. left.Select(_ => Verdict.Failed)]) == Verdict.Failed);
    }
}
