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
    private int _probes;

    /// <summary>All so far, in the order in which they were noted.</summary>
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
    }
}
