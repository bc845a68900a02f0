namespace LBTool.Simulation.Time;

/// <summary>
/// Virtual time: what is to happen, ordered by instant and then by order of scheduling. Time jumps from event to event.
/// A heap of four children a node: half the levels of a binary one, and the children of a node share a cache line or two.
/// </summary>
internal sealed class EventQueue
{
    private const int Children = 4;
    private SimulatedEvent[] _heap = new SimulatedEvent[256];
    private int _count;
    private long _order;

    /// <summary>The present, in ticks of the run.</summary>
    public long Now { get; private set; }

    /// <summary>The present.</summary>
    public TimeSpan Time => new(Now);

    /// <summary>Schedules an event; one that is due in the past happens now.</summary>
    public void Add(long due, EventKind kind, int target = 0, int stamp = 0)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _count * 2);
        }

        var added = SimulatedEvent.Of(Math.Max(due, Now), _order++, kind, target, stamp);
        var heap = _heap;
        var place = _count++;
        while (place > 0)
        {
            var parent = (place - 1) / Children;
            if (!added.IsBefore(heap[parent]))
            {
                break;
            }

            heap[place] = heap[parent];
            place = parent;
        }

        heap[place] = added;
    }

    /// <summary>Goes to the next event; false when nothing will ever happen any more.</summary>
    public bool TryNext(out SimulatedEvent next)
    {
        if (_count == 0)
        {
            next = default;
            return false;
        }

        next = _heap[0];
        Now = next.Due;
        var last = _heap[--_count];
        if (_count > 0)
        {
            Sink(last);
        }

        return true;
    }

    // The last event takes the free place at the top, and sinks to where it belongs.
    private void Sink(in SimulatedEvent sinking)
    {
        var heap = _heap.AsSpan(0, _count);
        var place = 0;
        while (true)
        {
            var first = (place * Children) + 1;
            if (first >= heap.Length)
            {
                break;
            }

            var least = LeastOf(heap, first);
            if (!heap[least].IsBefore(sinking))
            {
                break;
            }

            heap[place] = heap[least];
            place = least;
        }

        heap[place] = sinking;
    }

    private static int LeastOf(ReadOnlySpan<SimulatedEvent> heap, int first)
    {
        var least = first;
        var end = Math.Min(first + Children, heap.Length);
        for (var child = first + 1; child < end; child++)
        {
            if (heap[child].IsBefore(heap[least]))
            {
                least = child;
            }
        }

        return least;
    }
}
