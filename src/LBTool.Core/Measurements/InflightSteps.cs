using System.Buffers;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Measurements;

/// <summary>
/// How many leases were open at every instant: a step function that counts a lease from its start (included) to its
/// end (excluded).
/// <code>
///   leases   [────────)   [──)
///               [─────────────────)
///   open     1  2     1   2  1    0
/// </code>
/// </summary>
public sealed class InflightSteps
{
    private readonly TimeSpan[] _at;
    private readonly int[] _open;

    private InflightSteps(TimeSpan[] at, int[] open) => (_at, _open) = (at, open);

    /// <summary>Builds it from leases in any order. A lease without length is never open.</summary>
    public static InflightSteps Of(RecordSlice<LeaseRecord> leases)
    {
        var (at, open) = (new List<TimeSpan>(), new List<int>());
        Walk(leases, (now, count) =>
        {
            at.Add(now);
            open.Add(count);
        });
        return new InflightSteps([.. at], [.. open]);
    }

    /// <summary>The most that were open at one instant of <paramref name="window"/>, without the steps themselves.</summary>
    public static int MostOpen(RecordSlice<LeaseRecord> leases, Window window)
    {
        // What is open when the window begins counts as well.
        var (before, most) = (0, 0);
        Walk(leases, (now, count) =>
        {
            before = now <= window.From ? count : before;
            most = now > window.From && now < window.Until ? Math.Max(most, count) : most;
        });
        return window.Length == TimeSpan.Zero ? 0 : Math.Max(before, most);
    }

    /// <summary>Of several backends: at every instant, the number open on the one that has most.</summary>
    public static InflightSteps OfFullest(IEnumerable<RecordSlice<LeaseRecord>> backends)
    {
        var changes = new List<(TimeSpan At, int Backend, int Change)>();
        var count = 0;
        foreach (var leases in backends)
        {
            foreach (var lease in leases)
            {
                if (lease.End > lease.Start)
                {
                    changes.Add((lease.Start, count, 1));
                    changes.Add((lease.End, count, -1));
                }
            }

            count++;
        }

        changes.Sort();
        return Sweep(changes, count);
    }

    /// <summary>The number open at the start of <paramref name="window"/>, then every change in it, with its instant.</summary>
    public IEnumerable<(TimeSpan At, int Open)> In(Window window)
    {
        if (window.Length == TimeSpan.Zero)
        {
            yield break;
        }

        var next = Array.BinarySearch(_at, window.From);
        next = next >= 0 ? next + 1 : ~next;
        yield return (window.From, next == 0 ? 0 : _open[next - 1]);
        for (; next < _at.Length && _at[next] < window.Until; next++)
        {
            yield return (_at[next], _open[next]);
        }
    }

    /// <summary>Fewest and most open at one instant of <paramref name="window"/>; 0 and 0 when it is empty.</summary>
    public (int Low, int High) RangeIn(Window window)
    {
        var (low, high) = (int.MaxValue, 0);
        foreach (var (_, open) in In(window))
        {
            (low, high) = (Math.Min(low, open), Math.Max(high, open));
        }

        return (Math.Min(low, high), high);
    }

    // Starts and ends each in order. Large ones come from a pool: a report asks this of one backend after the other.
    private static void Walk(RecordSlice<LeaseRecord> leases, Action<TimeSpan, int> step)
    {
        var (starts, ends) = (ArrayPool<long>.Shared.Rent(leases.Length), ArrayPool<long>.Shared.Rent(leases.Length));
        var count = 0;
        foreach (var lease in leases)
        {
            if (lease.End > lease.Start)
            {
                (starts[count], ends[count++]) = (lease.Start.Ticks, lease.End.Ticks);
            }
        }

        Array.Sort(starts, 0, count);
        Array.Sort(ends, 0, count);
        Merge(starts.AsSpan(0, count), ends.AsSpan(0, count), step);
        ArrayPool<long>.Shared.Return(starts);
        ArrayPool<long>.Shared.Return(ends);
    }

    // All that happens at one instant is one step, so that a lease which ends as another starts is no dip or peak.
    private static void Merge(ReadOnlySpan<long> starts, ReadOnlySpan<long> ends, Action<TimeSpan, int> step)
    {
        for (int started = 0, ended = 0; ended < ends.Length;)
        {
            var now = started < starts.Length && starts[started] < ends[ended] ? starts[started] : ends[ended];
            while (started < starts.Length && starts[started] == now)
            {
                started++;
            }

            while (ended < ends.Length && ends[ended] == now)
            {
                ended++;
            }

            step(TimeSpan.FromTicks(now), started - ended);
        }
    }

    // How many backends have each number open tells the largest of these, and what it sinks to.
    private static InflightSteps Sweep(List<(TimeSpan At, int Backend, int Change)> changes, int count)
    {
        var (open, having) = (new int[count], new int[changes.Count + 1]);
        var (at, most) = (new List<TimeSpan>(), new List<int>());
        having[0] = count;
        for (int place = 0, fullest = 0; place < changes.Count; place++)
        {
            var (now, backend, change) = changes[place];
            having[open[backend]]--;
            open[backend] += change;
            having[open[backend]]++;
            fullest = Math.Max(fullest, open[backend]);
            while (having[fullest] == 0)
            {
                fullest--;
            }

            if (place == changes.Count - 1 || changes[place + 1].At > now)
            {
                at.Add(now);
                most.Add(fullest);
            }
        }

        return new InflightSteps([.. at], [.. most]);
    }
}
