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
        var most = -1;
        for (var place = 0; place < count; place++)
        {
            most = Math.Max(most, backend(place));
        }

        // Counted first, so that the places are written where they belong.
        var next = new int[most + 2];
        for (var place = 0; place < count; place++)
        {
            next[backend(place) + 1]++;
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

        for (int index = 0, from = 0; index < _starts.Length; from = _starts[index++])
        {
            for (var at = from; at < _starts[index]; at++)
            {
                if (backend(Places[at]) != index - 1)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
