using System.Buffers;
using System.Net.Sockets;
using LBTool.Live.Tcp;

namespace LBTool.Live.Backends;

/// <summary>
/// A client's connection to a backend that echoes: line after line, each answered before the next one is looked at. When
/// the client has sent its last line and FIN, what it is owed is still answered, then the connection ends.
/// </summary>
internal sealed class EchoConnection(Socket socket, Echo echo, EchoAnswer answer)
{
    private const int BufferSize = 4096;

    // It has no timer and no link to another source, hence nothing to dispose.
    private readonly CancellationTokenSource _gone = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly byte[] _peeked = new byte[1];

    // Completes when there is something to read, an end included.
    private Task _readable = Task.CompletedTask;

    /// <summary>Completes when the connection has ended.</summary>
    public Task Completion => _over.Task;

    /// <summary>Serves it to its end.</summary>
    public async Task RunAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var line = new EchoLine();
            while (await ReceiveAsync(buffer) is > 0 and var count)
            {
                for (ReadOnlyMemory<byte> rest = buffer.AsMemory(0, count); line.Take(ref rest); line.Clear())
                {
                    await AnswerAsync(line);
                }
            }

            socket.Finish();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            socket.Reset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _over.SetResult();
        }
    }

    /// <summary>As a process that dies: the connection is reset, and work for it ends.</summary>
    public void Reset()
    {
        socket.Reset();
        _gone.Cancel();
    }

    /// <summary>Closes it now, or after the last answer that it is owed.</summary>
    public void RequestClose()
    {
        try
        {
            // To whoever reads it looks as if the client had sent FIN.
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    private async ValueTask<int> ReceiveAsync(byte[] buffer)
    {
        await _readable;
        return await socket.ReceiveAsync(buffer.AsMemory(0, BufferSize));
    }

    private async ValueTask AnswerAsync(EchoLine line)
    {
        var work = echo.WorkAsync(line.Number, _gone.Token);
        if (!work.IsCompleted && _readable.IsCompleted)
        {
            _readable = WatchAsync();
        }

        await answer.SendAsync(socket, await work, line);
    }

    // A client that gives up resets its connection, and nobody is to work for it any more.
    private async Task WatchAsync()
    {
        try
        {
            await socket.ReceiveAsync(_peeked, SocketFlags.Peek);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _gone.Cancel();
        }
    }
}
