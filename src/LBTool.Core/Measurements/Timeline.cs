using LBTool.Core.Scenarios;

namespace LBTool.Core.Measurements;

/// <summary>
/// Records in order of time, as a whole and by backend, so that what lies in a window is found by two binary searches
/// and handed out without a copy. By backend there is one more number for each record: its place.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
internal sealed class Timeline<T>
    where T : struct, IRecord<T>
{
    private readonly RecordList<T> _all;
    private readonly Func<T, TimeSpan> _time;
    private readonly Lazy<BackendIndex> _index;

    /// <param name="records">In any order; those already ordered are not sorted again.</param>
    /// <param name="time">The instant by which a record belongs to a window.</param>
    /// <param name="backend">The backend by which a record is asked for, by its place in order of time; −1 for none.</param>
    /// <param name="like">Gives an index that may fit these records too: where nothing goes wrong, requests, leases and attempts follow each other alike.</param>
    public Timeline(
        RecordList<T> records, Func<T, TimeSpan> time, Func<RecordList<T>, int, int> backend, Func<BackendIndex>? like = null)
    {
        _time = time;
        _all = records.OrderedBy(time);
        _index = new(() => like?.Invoke() is { } index && index.Fits(_all.Length, BackendAt) ? index : BackendIndex.Of(_all.Length, BackendAt));
        int BackendAt(int place) => backend(_all, place);
    }

    /// <summary>Its index by backend.</summary>
    public BackendIndex Index => _index.Value;

    /// <summary>Those in <paramref name="window"/>, of some backends or (null) of all.</summary>
    public RecordSlice<T> In(Window window, BackendGroup? backends = null) => backends switch
    {
        null => Between(window, null, 0, _all.Length),
        { Members: [var only] } => Of(only, window),
        _ => Together(backends, window),
    };

    /// <summary>All of some backends or (null) of all.</summary>
    public RecordSlice<T> All(BackendGroup? backends = null) => In(new Window(TimeSpan.MinValue, TimeSpan.MaxValue), backends);

    private RecordSlice<T> Of(int backend, Window window)
    {
        var (from, until) = Index.Of(backend);
        return Between(window, Index.Places, from, until);
    }

    private RecordSlice<T> Together(BackendGroup backends, Window window)
    {
        RecordSlice<T>[] slices = [.. backends.Members.Select(index => Of(index, window))];
        var places = new int[slices.Sum(slice => slice.Length)];
        var count = 0;
        foreach (var slice in slices)
        {
            slice.PlacesInto(places.AsSpan(count, slice.Length));
            count += slice.Length;
        }

        return new RecordSlice<T>(_all, places, 0, count);
    }

    private RecordSlice<T> Between(Window window, int[]? places, int from, int until)
    {
        var first = FirstAt(window.From, places, from, until);
        return new RecordSlice<T>(_all, places, first, Math.Max(0, FirstAt(window.Until, places, from, until) - first));
    }

    private int FirstAt(TimeSpan instant, int[]? places, int low, int high)
    {
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = _time(_all[places is null ? middle : places[middle]]) < instant ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
