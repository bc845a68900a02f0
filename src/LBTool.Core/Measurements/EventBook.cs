using System.Collections.Immutable;

namespace LBTool.Core.Measurements;

/// <summary>
/// The one timeline of a run: faults, changes of a backend's state, steps of a drain, all in the order in which they
/// happened. Anybody may note something, from any thread; events are rare, traffic is not among them.
/// </summary>
public sealed class EventBook
{
    private ImmutableArray<RunEvent> _events = [];

    /// <summary>All so far, in the order in which they were noted.</summary>
    public ImmutableArray<RunEvent> All => _events;

    /// <summary>Writes an event down.</summary>
    public void Note(RunEvent happening) =>
        ImmutableInterlocked.Update(ref _events, static (events, added) => events.Add(added), happening);
}
