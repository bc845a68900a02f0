using System.Collections.Immutable;

namespace LBTool.Core.Measurements;

/// <summary>
/// The one timeline of a run: faults, changes of a backend's state, steps of a drain, all in the order in which they
/// happened. Anybody may note something, from any thread; events are rare, traffic is not among them.
/// </summary>
public sealed class EventBook
{
    private volatile Kept _kept = new(0, []);

    /// <summary>All so far, in the order in which they were noted, but those that were forgotten.</summary>
    public ImmutableArray<RunEvent> All => _kept.Events;

    /// <summary>Called after each event that was noted, on the thread that noted it; null for nobody.</summary>
    public Action? Noted { get; set; }

    /// <summary>Writes an event down.</summary>
    public void Note(RunEvent happening)
    {
        Change(kept => kept with { Events = kept.Events.Add(happening) });
        Noted?.Invoke();
    }

    /// <summary>Events from a number on, each with its number; the first event of all has number 1.</summary>
    public ImmutableArray<(long Number, RunEvent Event)> From(long number)
    {
        var kept = _kept;
        var first = (int)Math.Clamp(number - 1 - kept.Forgotten, 0, kept.Events.Length);
        return [.. kept.Events.Skip(first).Select((happening, place) => (kept.Forgotten + first + place + 1, happening))];
    }

    /// <summary>Keeps the last events only, for sessions that last. The numbers of the others stay.</summary>
    public void KeepLast(int count) => Change(kept => kept.Events.Length <= count ? kept
        : new Kept(kept.Forgotten + kept.Events.Length - count, [.. kept.Events.Skip(kept.Events.Length - count)]));

    private void Change(Func<Kept, Kept> change)
    {
        Kept before;
        do
        {
            before = _kept;
        }
        while (Interlocked.CompareExchange(ref _kept, change(before), before) != before);
    }

    private sealed record Kept(long Forgotten, ImmutableArray<RunEvent> Events);
}
