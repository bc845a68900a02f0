using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LBTool.Live.Http;
using LBTool.Live.Tcp;

namespace LBTool.Live.Balancers;

/// <summary>
/// A connection to a backend, under .NET's HTTP client: it can be reset from outside, and over HTTP/1.1 it keeps the
/// client from sending a request twice without a word.
/// </summary>
/// <remarks>
/// When a connection ends before the first byte of an answer, the client takes it for one that was closed while idle, and
/// sends a request without a body again, up to three times. But the backend may have carried the request out. Here such
/// an end is an error (which the client does not retry) once anything was sent since the last answer; where the end came
/// first, nothing is sent at all, and the client may well choose another connection.
/// </remarks>
internal sealed class UpstreamStream : ForwardStream
{
    private readonly NetworkStream _inner;
    private readonly bool _guards;
    private readonly Action<UpstreamStream> _closed;
    private int _ended;
    private int _awaits;

    /// <param name="socket">Connected; it is the stream's from now on.</param>
    /// <param name="guards">Whether an end in place of an answer is an error.</param>
    /// <param name="closed">Told once, when it is closed.</param>
    public UpstreamStream(Socket socket, bool guards, Action<UpstreamStream> closed)
    {
        _inner = new NetworkStream(socket, ownsSocket: true);
        _guards = guards;
        _closed = closed;
    }

    /// <summary>Ends it with RST: whatever goes on over it breaks.</summary>
    public void Reset() => _inner.Socket.Reset();

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _inner.ReadAsync(buffer, cancellationToken);
        Note(buffer.Length, read);
        return read;
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        MaySend() ? _inner.WriteAsync(buffer, cancellationToken) : ValueTask.CompletedTask;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = _inner.Read(buffer, offset, count);
        Note(count, read);
        return read;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        if (MaySend())
        {
            _inner.Write(buffer, offset, count);
        }
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Flush() => _inner.Flush();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            _closed(this);
        }

        base.Dispose(disposing);
    }

    // Sending and the connection's end may meet: each says first what it does, then looks at the other.
    private bool MaySend()
    {
        if (!_guards)
        {
            return true;
        }

        if (Volatile.Read(ref _ended) != 0 && Volatile.Read(ref _awaits) == 0)
        {
            return false;
        }

        Interlocked.Exchange(ref _awaits, 1);
        return true;
    }

    private void Note(int wanted, int read)
    {
        if (read > 0)
        {
            Volatile.Write(ref _awaits, 0);
        }
        else if (_guards && wanted > 0)
        {
            Interlocked.Exchange(ref _ended, 1);
            if (Volatile.Read(ref _awaits) != 0)
            {
                throw new IOException("The backend closed the connection in place of an answer.");
            }
        }
    }
}
