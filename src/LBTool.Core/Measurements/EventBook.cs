using System.Collections.Immutable;

namespace LBTool.Core.Measurements;

/// <summary>
/// The one timeline of a run: faults, changes of a backend's state, steps of a drain, all in the order in which they
/// happened. Anybody may note something, from any thread; events are rare, traffic is not among them.
/// </summary>
/// <remarks>
/// Of probes only so many are kept: they explain, and nothing is judged by them. Everything else is kept, however much.
/// </remarks>
public sealed class EventBook
{
    /// <summary>How many events of probes are kept.</summary>
    public const int MostProbes = 10_000;

    private readonly Lock _writing = new();
    private readonly List<RunEvent> _events = [];
    private long _forgotten;
    private int _probes;

    /// <summary>Called after each event that was noted, on the thread that noted it; null for nobody.</summary>
    public Action? Noted { get; set; }

    /// <summary>All so far, in the order in which they were noted, but those that were forgotten.</summary>
    public ImmutableArray<RunEvent> All
    {
        get
        {
            lock (_writing)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Writes an event down.</summary>
    public void Note(RunEvent happening)
    {
        lock (_writing)
        {
            var isProbe = happening.Kind == RunEventKind.Probe;
            if (isProbe && ++_probes > MostProbes)
            {
                return;
            }

            _events.Add(isProbe && _probes == MostProbes
                ? happening with { Text = $"{happening.Text} (the {MostProbes}th note of a probe and the last one: more are not kept)" }
                : happening);
        }

        Noted?.Invoke();
    }

    /// <summary>Events from a number on, each with its number; the first event of all has number 1.</summary>
    public ImmutableArray<(long Number, RunEvent Event)> From(long number)
    {
        lock (_writing)
        {
            var first = (int)Math.Clamp(number - 1 - _forgotten, 0, _events.Count);
            return [.. _events.Skip(first).Select((happening, place) => (_forgotten + first + place + 1, happening))];
        }
    }

    /// <summary>Keeps the last events only, for sessions that last. The numbers of the others stay, and there is room for probes again.</summary>
    public void KeepLast(int count)
    {
        lock (_writing)
        {
            var over = Math.Max(0, _events.Count - count);
            _events.RemoveRange(0, over);
            _forgotten += over;
            _probes = over > 0 ? _events.Count(happening => happening.Kind == RunEventKind.Probe) : _probes;
        }
    }
}
