using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LBTool.Core.Faults;

namespace LBTool.Live.Tcp;

/// <summary>
/// Carries bytes one way, from socket to socket. Allocates nothing for a chunk, and reads the next one only when the
/// last one has been taken: this is what pushes back on the sender.
/// </summary>
internal abstract class Pump(Socket source, Socket destination)
{
    // Chunks in a row for a thread that others depend on: the timer's, and where completions run on it, the one that polls
    // the sockets. A sender that never pauses must not keep it.
    private const int LongestTurn = 16;

    /// <summary>Whether what is read is only copied, so that large pieces save work.</summary>
    protected virtual bool IsPlain => true;

    /// <summary>Where the bytes go.</summary>
    protected Socket Destination => destination;

    /// <summary>Whether it is time to let others have this thread.</summary>
    /// <param name="chunksInARow">How many chunks there were without a wait.</param>
    protected static bool IsTurnOver(int chunksInARow) => chunksInARow >= LongestTurn && !Thread.CurrentThread.IsThreadPoolThread;

    /// <summary>Reads the source to its end, and returns how it ended; null when that does not matter any more, as the destination is gone.</summary>
    protected async Task<Ending?> PumpAsync()
    {
        using var buffer = new PumpBuffer();
        var chunksInARow = 0;
        while (true)
        {
            int count;
            try
            {
                if (buffer.IsEmpty)
                {
                    await source.ReceiveAsync(Memory<byte>.Empty);
                    buffer.Take(source.Available, IsPlain);
                }

                var receiving = source.ReceiveAsync(buffer.Space);
                chunksInARow = receiving.IsCompleted ? chunksInARow + 1 : 1;
                count = await receiving;
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                return Ending.Reset;
            }

            if (count == 0)
            {
                return Ending.Finish;
            }

            if (!await TakeAsync(buffer.Space[..count]))
            {
                return null;
            }

            buffer.Fit(count, IsPlain);
            if (IsTurnOver(chunksInARow))
            {
                await Task.Yield();
                chunksInARow = 0;
            }
        }
    }

    /// <summary>Takes a chunk, whose memory is the pump's again on completion; false when the destination is gone.</summary>
    protected abstract ValueTask<bool> TakeAsync(ReadOnlyMemory<byte> chunk);

    /// <summary>Sends all of <paramref name="data"/>; false when the destination is gone.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data)
    {
        try
        {
            await destination.SendAsync(data);
            HasSent(data.Length);
            return true;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            LoseDestination();
            return false;
        }
    }

    /// <summary>So many bytes have been sent.</summary>
    protected virtual void HasSent(int count)
    {
    }

    /// <summary>The destination takes no more.</summary>
    protected abstract void LoseDestination();

    /// <summary>Passes the end of the stream on; the other way stays open.</summary>
    protected void FinishDestination()
    {
        try
        {
            destination.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The destination has gone first: then there is nobody to tell.
        }
    }
}
