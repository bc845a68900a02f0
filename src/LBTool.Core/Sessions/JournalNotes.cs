using System.Collections.Immutable;
using System.Text.Json;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Sessions;

/// <summary>What a journal has noted, in the order in which it happened. Times are of the session.</summary>
internal sealed class JournalNotes
{
    /// <summary>Faults, and what a scenario says like one.</summary>
    public List<JournalFault> Faults { get; } = [];

    /// <summary>Loads, each until the next one.</summary>
    public List<(TimeSpan At, JsonElement Load)> Loads { get; } = [];

    /// <summary>When the last load ended; null while it goes on.</summary>
    public TimeSpan? LoadEnd { get; set; }

    /// <summary>What was expected of a stretch of time.</summary>
    public List<(string Text, TimeSpan From, TimeSpan Until)> Expectations { get; } = [];

    /// <summary>Backends that joined.</summary>
    public List<WrittenBackend> Joined { get; } = [];

    /// <summary>What no scenario can say.</summary>
    public List<(TimeSpan At, string Text)> Unsayable { get; } = [];
}

/// <summary>A fault as it happened.</summary>
/// <param name="Fault">What it does.</param>
/// <param name="Written">As it was asked for.</param>
/// <param name="Backends">Those that it hits.</param>
/// <param name="From">When it began.</param>
internal sealed record JournalFault(Fault Fault, JsonElement Written, ImmutableArray<string> Backends, TimeSpan From)
{
    /// <summary>When it ended; null while it acts.</summary>
    public TimeSpan? Until { get; init; }
}
