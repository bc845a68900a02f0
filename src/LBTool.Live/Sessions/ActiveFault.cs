using System.Collections.Immutable;
using System.Text.Json;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Sessions;

/// <summary>A fault that acts in a session.</summary>
/// <param name="Fault">What it does, with the name that it has.</param>
/// <param name="Written">As it was asked for.</param>
/// <param name="Backends">Names of those that it hits.</param>
/// <param name="Planned">The same for the world.</param>
/// <param name="StartedAt">Time of the session.</param>
public sealed record ActiveFault(
    Fault Fault, JsonElement Written, ImmutableArray<string> Backends, PlannedFault Planned, TimeSpan StartedAt)
{
    /// <summary>Its name.</summary>
    public string Name => Fault.Name;

    /// <summary>When it ends by itself; null: not before it is removed.</summary>
    public TimeSpan? EndsAt => StartedAt + Fault.For;
}
