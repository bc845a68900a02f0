namespace LBTool.Core.Scenarios;

/// <summary>A named window of the run.</summary>
/// <param name="Name">Unique among faults and phases.</param>
/// <param name="From">When it begins; null for the start of the run.</param>
/// <param name="Until">When it ends; null for the end of the run.</param>
public sealed record Phase(string Name, Moment? From, Moment? Until);

/// <summary>
/// A point of time as a scenario writes it: <c>10s</c>, <c>slow-b1.start + 2s</c>, <c>end</c>.
/// </summary>
/// <param name="Anchor">What it is measured from.</param>
/// <param name="Of">The fault or phase, for <see cref="MomentAnchor.WindowStart"/> and <see cref="MomentAnchor.WindowEnd"/>.</param>
/// <param name="Offset">Distance from the anchor; may be negative.</param>
public sealed record Moment(MomentAnchor Anchor, string? Of, TimeSpan Offset);

/// <summary>What a <see cref="Moment"/> is measured from.</summary>
public enum MomentAnchor
{
    /// <summary>The start of the load: time 0.</summary>
    RunStart,

    /// <summary>The end of the load.</summary>
    RunEnd,

    /// <summary>The start of a fault or phase.</summary>
    WindowStart,

    /// <summary>The end of a fault or phase.</summary>
    WindowEnd,
}
