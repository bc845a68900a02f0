using System.Buffers;

namespace LBTool.Live.Tcp;

/// <summary>
/// The memory that a pump reads into. A pump of small messages keeps a small buffer, which saves a system call for each
/// of them. One that streams takes a large one, and gives it back whenever it has read all there was, so that an idle
/// pump does not hold it.
/// </summary>
internal sealed class PumpBuffer : IDisposable
{
    private const int Small = 4 * 1024;

    // Also the longest chunk that a toxic sees, as in Toxiproxy.
    private const int Large = 32 * 1024;

    private byte[]? _array = ArrayPool<byte>.Shared.Rent(Small);

    /// <summary>Whether no memory is held: wait for data with an empty read, then <see cref="Take"/> some.</summary>
    public bool IsEmpty => _array is null;

    /// <summary>Where to read to.</summary>
    public Memory<byte> Space => _array;

    /// <summary>Takes memory for what is there to be read: nothing, when the wait was over for no reason.</summary>
    public void Take(int available) => _array = ArrayPool<byte>.Shared.Rent(available > Small ? Large : Small);

    /// <summary>Chooses what to hold during the next read from how much the last one brought.</summary>
    public void Fit(int count)
    {
        var wasSmall = _array!.Length < Large;
        var wasFull = count == _array.Length;
        if (wasSmall && wasFull)
        {
            Dispose();
            Take(Large);
        }
        else if (!wasSmall && !wasFull)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        if (_array is not null)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = null;
        }
    }
}
