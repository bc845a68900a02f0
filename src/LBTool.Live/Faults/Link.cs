using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LBTool.Core.Faults;
using LBTool.Live.Tcp;
using LBTool.Live.Timing;

namespace LBTool.Live.Faults;

/// <summary>
/// One direction of a connection. Without toxics it copies from socket to socket and allocates nothing. With toxics the
/// reader puts what it reads into the chain, and a drain, of which at most one runs, writes what comes out of it.
/// </summary>
internal sealed class Link(
    ProxiedConnection connection, Socket source, Socket destination, ToxicChain chain, PauseGate pause, Traffic traffic)
    : Pump(source, destination), IThreadPoolWorkItem
{
    private readonly Lock _gate = new();

    // Completes when nothing more will reach the destination.
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _room;
    private TimeSpan _wakesAt = TimeSpan.MaxValue;
    private bool _draining;
    private bool _sourceEnded;
    private bool _sourceLost;

    /// <summary>Carries data until the end has been passed on, or the connection is closed.</summary>
    public async Task RunAsync()
    {
        // Some toxics act without data: their time begins now.
        Drain();
        if (await PumpAsync() is { } ending)
        {
            lock (_gate)
            {
                _sourceEnded = true;
                chain.End(_sourceLost ? Ending.Reset : ending, LinkTime.Now);
            }

            Drain();
        }

        await _over.Task;
    }

    /// <summary>Changes the toxics of the live link. Never waits: what the change sets free is written by the pool.</summary>
    public void Change(Action<ToxicChain, TimeSpan> change)
    {
        lock (_gate)
        {
            change(chain, LinkTime.Now);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>The other link found that the source is gone: however reading it ends, the destination sees a reset.</summary>
    public void LoseSource()
    {
        lock (_gate)
        {
            _sourceLost = true;
            if (!_sourceEnded)
            {
                return;
            }

            chain.End(Ending.Reset, LinkTime.Now);
        }

        Drain();
    }

    /// <summary>Ends all waits, because the connection is closed.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _over.TrySetResult();
            _room?.TrySetResult();
        }
    }

    void IThreadPoolWorkItem.Execute() => Drain();

    /// <inheritdoc/>
    protected override bool IsPlain => GoesStraight();

    /// <inheritdoc/>
    protected override ValueTask<bool> TakeAsync(ReadOnlyMemory<byte> chunk)
    {
        traffic.AddReceived(chunk.Length);
        return pause.Opening is null && GoesStraight() ? SendAsync(chunk) : TakeSlowlyAsync(chunk);
    }

    /// <inheritdoc/>
    protected override void HasSent(int count) => traffic.AddSent(count);

    /// <inheritdoc/>
    protected override void LoseDestination()
    {
        _over.TrySetResult();
        connection.LinkFrom(Destination)?.LoseSource();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TakeSlowlyAsync(ReadOnlyMemory<byte> chunk)
    {
        while (pause.Opening is { } opening)
        {
            await opening;
        }

        if (GoesStraight())
        {
            return await SendAsync(chunk);
        }

        await OfferAsync(chunk);

        // Once the destination is gone nothing comes out of the chain any more: to read on would only fill it.
        return !_over.Task.IsCompleted;
    }

    private bool GoesStraight()
    {
        lock (_gate)
        {
            return !_draining && chain.IsPassive;
        }
    }

    // Completes when the chain has room for more: this is what pushes back on the sender.
    private async Task OfferAsync(ReadOnlyMemory<byte> data)
    {
        for (var rest = data; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, PumpBuffer.LongestChunk)..])
        {
            await OfferChunkAsync(rest.Span[..Math.Min(rest.Length, PumpBuffer.LongestChunk)]);
        }
    }

    private Task OfferChunkAsync(ReadOnlySpan<byte> data)
    {
        Task room;
        lock (_gate)
        {
            chain.Offer(data.ToArray(), LinkTime.Now);
            _room = chain.HasRoom || _over.Task.IsCompleted ? null : new(TaskCreationOptions.RunContinuationsAsynchronously);
            room = _room?.Task ?? Task.CompletedTask;
        }

        Drain();
        return room;
    }

    private void Drain()
    {
        lock (_gate)
        {
            if (_draining)
            {
                return;
            }

            _draining = true;
        }

        _ = DrainAsync();
    }

    private async Task DrainAsync()
    {
        for (var chunks = 1; ; chunks++)
        {
            while (pause.Opening is { } opening)
            {
                await opening;
            }

            if (!TryTake(out var item))
            {
                return;
            }

            if (item.Ending is { } ending)
            {
                Deliver(ending);
            }
            else if (!await SendAsync(item.Data))
            {
                // Nothing can be written any more: this drain stays the last one.
                return;
            }

            if (IsTurnOver(chunks))
            {
                await Task.Yield();
                chunks = 0;
            }
        }
    }

    private bool TryTake(out LinkItem item)
    {
        TimeSpan due;
        lock (_gate)
        {
            var taken = chain.TryTake(LinkTime.Now, out item);
            if (_room is not null && chain.HasRoom)
            {
                _room.TrySetResult();
                _room = null;
            }

            if (taken)
            {
                return true;
            }

            _draining = false;
            due = chain.Due;
            if (due >= _wakesAt)
            {
                return false;
            }

            _wakesAt = due;
        }

        _ = WakeAsync(due);
        return false;
    }

    private async Task WakeAsync(TimeSpan due)
    {
        var wait = PreciseTimer.Shared.UntilAsync(LinkTime.ToTimestamp(due), connection.Closing, goOnHere: true);
        var isDue = wait.IsCompleted;
        try
        {
            await wait;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (_gate)
        {
            _wakesAt = _wakesAt == due ? TimeSpan.MaxValue : _wakesAt;
        }

        // Many waits that are over at once must not pile up on this stack.
        if (isDue)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
        else
        {
            Drain();
        }
    }

    private void Deliver(Ending ending)
    {
        if (ending == Ending.Finish)
        {
            FinishDestination();
        }
        else
        {
            connection.Close(reset: ending == Ending.Reset);
        }

        _over.TrySetResult();
    }
}
