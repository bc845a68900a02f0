using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LBTool.Core.Expectations;

/// <summary>What became of an expectation, an attempt or a whole gate.</summary>
public enum Verdict
{
    /// <summary>It holds.</summary>
    Passed,

    /// <summary>It does not hold.</summary>
    Failed,

    /// <summary>It cannot be said: no data, too few samples, a load driver that fell behind, nothing expected.</summary>
    Inconclusive,
}

/// <summary>One expectation, judged.</summary>
/// <param name="Text">As written.</param>
/// <param name="Origin">Where it was written.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="Actual">The measured value in words, e.g. <c>212.4ms</c>; null when there is none.</param>
/// <param name="Bound">The bound in words, e.g. <c>&lt; 60ms</c>, a relative one with its value.</param>
/// <param name="Samples">Samples behind the value.</param>
/// <param name="Interval">For a share, its 95 % Wilson interval in words; else null.</param>
/// <param name="Reason">For an inconclusive one, why; else null.</param>
public sealed record ExpectationOutcome(
    string Text, string Origin, Verdict Verdict, string? Actual, string Bound, long Samples, string? Interval, string? Reason)
{
    /// <summary>The measured value in the base of its unit, for sums over several runs; null when there is none, or it is endless. Not a part of reports.</summary>
    [JsonIgnore]
    public Measured? Value { get; init; }
}

/// <summary>A measured value.</summary>
/// <param name="Value">In the base of its unit.</param>
/// <param name="Unit">What it is.</param>
public readonly record struct Measured(double Value, Unit Unit)
{
    /// <summary>E.g. <c>212.41ms</c>.</summary>
    public override string ToString() => Units.Write(Value, Unit);
}

/// <summary>One run, judged.</summary>
/// <param name="Verdict">Failed if any expectation failed, else inconclusive if any is (or none is there), else passed.</param>
/// <param name="Reason">Why it is inconclusive or failed, when no single expectation says so; else null.</param>
/// <param name="Outcomes">In the order written.</param>
public sealed record Judgement(Verdict Verdict, string? Reason, ImmutableArray<ExpectationOutcome> Outcomes);
