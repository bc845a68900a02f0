using System.Collections.Immutable;

namespace LBTool.Core.Scenarios;

/// <summary>What a <c>*.lb.yaml</c> file says, checked: every name in it resolves and every number is in range.</summary>
/// <param name="Name">Title, shown in every report.</param>
/// <param name="Seed">Root of all randomness; null lets the run choose one and print it.</param>
/// <param name="Target">The balancer and its backends.</param>
/// <param name="Load">The traffic.</param>
/// <param name="Faults">What goes wrong, and when; in file order.</param>
/// <param name="Phases">Named windows; in file order.</param>
/// <param name="Expect">What must hold.</param>
/// <param name="Gate">How often it must hold, and with how many samples.</param>
public sealed record Scenario(
    string Name,
    ulong? Seed,
    Target Target,
    Load Load,
    ImmutableArray<Fault> Faults,
    ImmutableArray<Phase> Phases,
    ImmutableArray<ExpectationText> Expect,
    Gate Gate);

/// <summary>One expectation as written; <see cref="Expectations"/> gives it a meaning.</summary>
/// <param name="Text">The expression.</param>
/// <param name="Abort">End the run as soon as it is violated.</param>
/// <param name="After">With <paramref name="Abort"/>: how much of its window must have passed before it may end the run.</param>
/// <param name="Origin">Where it was written, e.g. <c>slow.lb.yaml(18,5)</c> or <c>--expect</c>.</param>
public sealed record ExpectationText(string Text, bool Abort, TimeSpan After, string Origin);

/// <summary>How a scenario passes when it is noisy.</summary>
/// <param name="Repeat">Attempts at most, at least 1.</param>
/// <param name="Pass">Attempts that must pass, 1 … <paramref name="Repeat"/>.</param>
/// <param name="MinSamples">Fewest samples under which a latency expectation is judged; fewer is inconclusive.</param>
public sealed record Gate(int Repeat = 1, int Pass = 1, int MinSamples = 1);
