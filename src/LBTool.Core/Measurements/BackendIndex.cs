namespace LBTool.Core.Measurements;

/// <summary>Which records are of which backend: the places of each backend's, in order, one number for each record.</summary>
internal sealed class BackendIndex
{
    private readonly int[] _starts;

    private BackendIndex(int[] places, int[] starts) => (Places, _starts) = (places, starts);

    /// <summary>The places, backend by backend; those of no backend come first.</summary>
    public int[] Places { get; }

    /// <summary>Indexes records.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="backend">The backend of the record at a place; −1 for none.</param>
    public static BackendIndex Of(int count, Func<int, int> backend)
    {
        // Counted first, so that the places are written where they belong.
        var next = new int[1];
        for (var place = 0; place < count; place++)
        {
            var index = backend(place) + 1;
            if (index >= next.Length)
            {
                Array.Resize(ref next, Math.Max(index + 1, 2 * next.Length));
            }

            next[index]++;
        }

        for (int index = 0, before = 0; index < next.Length; index++)
        {
            (before, next[index]) = (before + next[index], before);
        }

        var places = new int[count];
        for (var place = 0; place < count; place++)
        {
            places[next[backend(place) + 1]++] = place;
        }

        return new BackendIndex(places, next);
    }

    /// <summary>Where in <see cref="Places"/> those of a backend are.</summary>
    public (int From, int Until) Of(int backend) => backend + 1 < _starts.Length ? (_starts[backend], _starts[backend + 1]) : (0, 0);

    /// <summary>Whether other records have the very same backends, so that this is their index too.</summary>
    public bool Fits(int count, Func<int, int> backend)
    {
        if (count != Places.Length)
        {
            return false;
        }

        // In the order of the records, which is how they lie in memory.
        int[] next = [0, .. _starts.AsSpan(0, _starts.Length - 1)];
        for (var place = 0; place < count; place++)
        {
            var index = backend(place) + 1;
            if (index >= next.Length || next[index] == _starts[index] || Places[next[index]++] != place)
            {
                return false;
            }
        }

        return true;
    }
}
