namespace LBTool.Core.Balancing;

/// <summary>
/// What a learning rule knows of each backend, by its index. Outlives a set of candidates: a backend that comes back
/// finds what was known of it.
/// </summary>
internal sealed class Learned
{
    private readonly Lock _growing = new();
    private volatile Cell[] _cells = [];

    /// <summary>Makes room for these candidates, so that no pick has to.</summary>
    public void MakeRoom(Candidates candidates)
    {
        foreach (var backend in candidates.Backends)
        {
            Of(backend);
        }
    }

    /// <summary>What is known of a backend, which need not be a candidate: its sessions may reach it all the same.</summary>
    public Cell Of(Backend backend)
    {
        var cells = _cells;
        return backend.Index < cells.Length ? cells[backend.Index] : Grow(backend.Index)[backend.Index];
    }

    private Cell[] Grow(int index)
    {
        lock (_growing)
        {
            var cells = _cells;
            var first = cells.Length;
            if (index < first)
            {
                return cells;
            }

            Array.Resize(ref cells, Math.Max(index + 1, first * 2));
            for (var place = first; place < cells.Length; place++)
            {
                cells[place] = new Cell();
            }

            return _cells = cells;
        }
    }

    /// <summary>One backend's mean; an object, so that making room moves nobody's.</summary>
    internal sealed class Cell
    {
        public DecayingMean Mean;
    }
}
