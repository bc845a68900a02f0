namespace LBTool.Core.Balancing;

/// <summary>
/// What a learning rule knows of each backend, by its index. Outlives a set of candidates: a backend that comes back
/// finds what was known of it.
/// </summary>
internal sealed class Learned
{
    private volatile Cell[] _cells = [];

    /// <summary>Makes room for these candidates; one call at a time.</summary>
    public void MakeRoom(Candidates candidates)
    {
        var cells = _cells;
        var first = cells.Length;
        foreach (var backend in candidates.Backends)
        {
            if (backend.Index >= cells.Length)
            {
                Array.Resize(ref cells, Math.Max(backend.Index + 1, cells.Length * 2));
            }
        }

        for (var index = first; index < cells.Length; index++)
        {
            cells[index] = new Cell();
        }

        _cells = cells;
    }

    /// <summary>What is known of a backend.</summary>
    public Cell Of(Backend backend) => _cells[backend.Index];

    /// <summary>One backend's mean; an object, so that making room moves nobody's.</summary>
    internal sealed class Cell
    {
        public DecayingMean Mean;
    }
}
