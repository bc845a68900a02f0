using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Measurements;

/// <summary>
/// Records in order of time, as a whole and by backend, so that what lies in a window is found by two binary searches
/// and handed out without a copy.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
internal sealed class Timeline<T>
    where T : struct
{
    private readonly Func<T, TimeSpan> _time;
    private readonly T[] _all;
    private readonly Lazy<Dictionary<int, T[]>> _byBackend;

    /// <param name="records">In any order; those already ordered are not sorted again.</param>
    /// <param name="time">The instant by which a record belongs to a window.</param>
    /// <param name="backend">The backend by which it is asked for.</param>
    public Timeline(ImmutableArray<T> records, Func<T, TimeSpan> time, Func<T, int> backend)
    {
        _time = time;
        _all = InOrder(records, time);
        _byBackend = new(() => Split(_all, backend));
    }

    /// <summary>Those in <paramref name="window"/>, of one backend or (null) of all.</summary>
    public ReadOnlySpan<T> In(Window window, int? backend = null)
    {
        var records = backend is null ? _all : _byBackend.Value.GetValueOrDefault(backend.Value, []);
        var from = FirstAt(records, window.From);
        return records.AsSpan(from, Math.Max(0, FirstAt(records, window.Until) - from));
    }

    /// <summary>All of one backend or (null) of all.</summary>
    public ReadOnlySpan<T> All(int? backend = null) => In(new Window(TimeSpan.MinValue, TimeSpan.MaxValue), backend);

    private static T[] InOrder(ImmutableArray<T> records, Func<T, TimeSpan> time)
    {
        var array = ImmutableCollectionsMarshal.AsArray(records) ?? [];
        for (var i = 1; i < array.Length; i++)
        {
            if (time(array[i]) < time(array[i - 1]))
            {
                return [.. array.OrderBy(time)];
            }
        }

        return array;
    }

    // Counted first, so that each backend's array is made once and at its size.
    private static Dictionary<int, T[]> Split(T[] records, Func<T, int> backend)
    {
        var counts = new Dictionary<int, int>();
        foreach (ref readonly var record in records.AsSpan())
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, backend(record), out _)++;
        }

        var split = counts.ToDictionary(count => count.Key, count => new T[count.Value]);
        foreach (ref readonly var record in records.AsSpan())
        {
            var mine = split[backend(record)];
            mine[^counts[backend(record)]--] = record;
        }

        return split;
    }

    private int FirstAt(T[] records, TimeSpan instant)
    {
        var (low, high) = (0, records.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = _time(records[middle]) < instant ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
