using LBTool.Core.Balancing;
using LBTool.Core.Limits;
using LBTool.Live.Timing;

namespace LBTool.Live.Balancers;

/// <summary>Where requests or connections wait while every backend is full, as long as they may.</summary>
/// <param name="pool">Whose backends are full.</param>
/// <param name="queue">How many may wait, at least one, and how long.</param>
/// <param name="clock">Time of the run.</param>
internal sealed class WaitingRoom(Pool pool, QueueSpec queue, RunClock clock)
{
    /// <summary>Why a request that found it full was refused.</summary>
    public const string Overflow = "overflow";

    private const string TooLate = "queue-timeout";
    private readonly WaitingLine _line = new(pool, queue.Length);

    /// <summary>How many wait: whoever comes while somebody does has to wait too.</summary>
    public int Count => _line.Count;

    /// <summary>The one of a pool; null when nobody may wait.</summary>
    public static WaitingRoom? Of(Pool pool, QueueSpec queue, RunClock clock) => queue.Length > 0 ? new WaitingRoom(pool, queue, clock) : null;

    /// <summary>Waits for a lease, behind all who wait already.</summary>
    /// <param name="pick">For whom.</param>
    /// <param name="owner">The only backend that will do; null: any.</param>
    /// <param name="gone">Cancelled when nobody wants it any more.</param>
    public async ValueTask<Admitted> WaitAsync(PickContext pick, Backend? owner, CancellationToken gone)
    {
        var turn = new TaskCompletionSource<Lease>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiter = new Waiter(pick, owner, turn.SetResult);
        if (!_line.Join(waiter, clock.Now))
        {
            return new Admitted(default, Overflow);
        }

        using (var impatience = CancellationTokenSource.CreateLinkedTokenSource(gone))
        {
            await Task.WhenAny(turn.Task, PreciseTimer.Shared.DelayAsync(queue.Timeout, impatience.Token).AsTask());
            await impatience.CancelAsync();
        }

        // Who is not in the line any more has been served, at the last moment perhaps.
        return _line.Leave(waiter) ? new Admitted(default, TooLate) : new Admitted(await turn.Task, null);
    }
}

/// <summary>What became of a request or connection that wanted a backend.</summary>
/// <param name="Lease">Its lease, unless it was refused.</param>
/// <param name="Refusal">Why it got none, in one word; else null.</param>
internal readonly record struct Admitted(Lease Lease, string? Refusal);
