using System.Buffers;

namespace LBTool.Live.Faults;

/// <summary>
/// The memory that a link reads into. A link of small messages keeps a small buffer, which saves a system call for each
/// of them. One that streams takes a large one, and gives it back whenever it has read all there was, so that an idle
/// link never holds more than the small one.
/// </summary>
internal sealed class LinkBuffer : IDisposable
{
    private const int Small = 8 * 1024;

    // Also the longest chunk that a toxic sees, as in Toxiproxy.
    private const int Large = 32 * 1024;

    private byte[]? _array = ArrayPool<byte>.Shared.Rent(Small);

    /// <summary>Whether no memory is held: wait for data with an empty read before asking for <see cref="Space"/>.</summary>
    public bool IsEmpty => _array is null;

    /// <summary>Where to read to.</summary>
    public Memory<byte> Space => _array ??= ArrayPool<byte>.Shared.Rent(Large);

    /// <summary>Chooses the memory for the next read from how much the last one brought.</summary>
    public void Fit(int count)
    {
        var length = _array!.Length;
        if (length < Large ? count < length : count == length)
        {
            return;
        }

        Dispose();
        if (length >= Large && count <= Small)
        {
            _array = ArrayPool<byte>.Shared.Rent(Small);
        }
        else if (length < Large)
        {
            _array = ArrayPool<byte>.Shared.Rent(Large);
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
