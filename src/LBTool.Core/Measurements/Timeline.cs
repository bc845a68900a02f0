using LBTool.Core.Scenarios;

namespace LBTool.Core.Measurements;

/// <summary>
/// Records in order of time, as a whole and by backend, so that what lies in a window is found by two binary searches
/// and handed out without a copy. By backend there is one more number for each record: its place.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
internal sealed class Timeline<T>
    where T : struct
{
    private readonly RecordList<T> _all;
    private readonly Func<T, TimeSpan> _time;
    private readonly Lazy<(int[] Places, int[] Starts)> _byBackend;

    /// <param name="records">In any order; those already ordered are not sorted again.</param>
    /// <param name="time">The instant by which a record belongs to a window.</param>
    /// <param name="backend">The backend by which a record is asked for, by its place in order of time; −1 for none.</param>
    public Timeline(RecordList<T> records, Func<T, TimeSpan> time, Func<RecordList<T>, int, int> backend)
    {
        _time = time;
        _all = records.OrderedBy(time);
        _byBackend = new(() => Split(_all, place => backend(_all, place)));
    }

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
        var (places, starts) = _byBackend.Value;
        return backend + 1 >= starts.Length ? default : Between(window, places, starts[backend], starts[backend + 1]);
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

    // Counted first, so that the places are written where they belong: backend by backend, each in order of time.
    private static (int[] Places, int[] Starts) Split(RecordList<T> records, Func<int, int> backend)
    {
        var most = -1;
        for (var place = 0; place < records.Length; place++)
        {
            most = Math.Max(most, backend(place));
        }

        var next = new int[most + 2];
        for (var place = 0; place < records.Length; place++)
        {
            next[backend(place) + 1]++;
        }

        // Those of no backend come in front.
        for (int index = 0, before = 0; index < next.Length; index++)
        {
            (before, next[index]) = (before + next[index], before);
        }

        var places = new int[records.Length];
        for (var place = 0; place < records.Length; place++)
        {
            places[next[backend(place) + 1]++] = place;
        }

        return (places, next);
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
