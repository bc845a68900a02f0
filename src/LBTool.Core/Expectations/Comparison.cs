using System.Collections.Immutable;

namespace LBTool.Core.Expectations;

/// <summary>One way to compare. What is compared may have had several values, all from a low to a high one.</summary>
/// <param name="Sign">As written.</param>
/// <param name="Upper">It limits from above: the high value decides.</param>
/// <param name="Holds">Whether (low, high, bound) satisfies it.</param>
public sealed record Comparison(string Sign, bool Upper, Func<double, double, double, bool> Holds)
{
    /// <summary>All comparisons.</summary>
    public static ImmutableArray<Comparison> All { get; } =
    [
        new("<", true, (_, high, bound) => high < bound),
        new("<=", true, (_, high, bound) => high <= bound),
        new(">", false, (low, _, bound) => low > bound),
        new(">=", false, (low, _, bound) => low >= bound),
        new("==", false, (low, high, bound) => low == bound && high == bound),
        new("!=", false, (low, high, bound) => bound < low || bound > high),
    ];

    /// <summary>The comparison written so, or null.</summary>
    public static Comparison? Find(string sign) => All.FirstOrDefault(row => row.Sign == sign);

    /// <summary>Whether it fails whatever is still to come, when the values can only grow.</summary>
    public bool FailsForGood(double high, double bound) =>
        Upper ? !Holds(high, high, bound) : Sign == "==" && high > bound;
}
