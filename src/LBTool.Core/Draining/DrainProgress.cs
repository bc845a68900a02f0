using System.Collections.Immutable;

namespace LBTool.Core.Draining;

/// <summary>How far a drain has come.</summary>
/// <param name="Step">What is going on.</param>
/// <param name="InFlight">Requests (or connections) that are still open.</param>
/// <param name="TimeLeft">Until the deadline; 0 once it has passed or the drain is over.</param>
/// <param name="Cut">What was cut so far, by kind; kinds of which there was none are left out.</param>
public sealed record DrainProgress(DrainStep Step, int InFlight, TimeSpan TimeLeft, ImmutableSortedDictionary<CutKind, int> Cut);

/// <summary>The steps of a drain.</summary>
public enum DrainStep
{
    /// <summary>Nothing new is sent; what is in flight may end.</summary>
    Draining,

    /// <summary>The deadline has passed: what was left is being cut.</summary>
    Cutting,

    /// <summary>Nothing is in flight any more.</summary>
    Drained,

    /// <summary>It was ended, and the backend is in use again.</summary>
    Ended,
}
