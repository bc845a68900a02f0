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
    public static InflightSteps Of(ReadOnlySpan<LeaseRecord> leases)
    {
        var (starts, ends) = (new List<TimeSpan>(leases.Length), new List<TimeSpan>(leases.Length));
        foreach (ref readonly var lease in leases)
        {
            if (lease.End > lease.Start)
            {
                starts.Add(lease.Start);
                ends.Add(lease.End);
            }
        }

        starts.Sort();
        ends.Sort();
        return Merge(starts, ends);
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

    // All that happens at one instant is one step, so that a lease which ends as another starts is no dip or peak.
    private static InflightSteps Merge(List<TimeSpan> starts, List<TimeSpan> ends)
    {
        var (at, open) = (new List<TimeSpan>(2 * starts.Count), new List<int>(2 * starts.Count));
        for (int started = 0, ended = 0; ended < ends.Count;)
        {
            var now = started < starts.Count && starts[started] < ends[ended] ? starts[started] : ends[ended];
            while (started < starts.Count && starts[started] == now)
            {
                started++;
            }

            while (ended < ends.Count && ends[ended] == now)
            {
                ended++;
            }

            at.Add(now);
            open.Add(started - ended);
        }

        return new InflightSteps([.. at], [.. open]);
    }
}
