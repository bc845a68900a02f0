using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Limits;
using LBTool.Live.Timing;

namespace LBTool.Live.Balancers;

/// <summary>Where requests and connections wait for their turn in the line of an <see cref="Admission"/>.</summary>
/// <param name="admission">Whose line it is.</param>
/// <param name="patience">How long one waits at most.</param>
/// <param name="clock">Time of the run.</param>
internal sealed class WaitingRoom(Admission admission, TimeSpan patience, RunClock clock)
{
    /// <summary>Waits for a turn.</summary>
    /// <param name="pick">Whom it is for.</param>
    /// <param name="session">Its session, whose backend it waits for; without one any will do.</param>
    /// <param name="gone">Cancelled when nobody waits any more.</param>
    /// <returns>What became of it: <see cref="SessionPick.Full"/> when the line is full, and null when it took too long.</returns>
    public async ValueTask<(SessionPick? Result, Lease Lease)> WaitAsync(PickContext pick, SessionClaim session, CancellationToken gone)
    {
        var turn = new TaskCompletionSource<(SessionPick?, Lease)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiter = new Waiter(pick, session, (lease, result) => turn.SetResult((result, lease)));
        if (!admission.Join(waiter, clock.Now))
        {
            return (SessionPick.Full, default);
        }

        using (var impatience = CancellationTokenSource.CreateLinkedTokenSource(gone))
        {
            await Task.WhenAny(turn.Task, PreciseTimer.Shared.DelayAsync(patience, impatience.Token).AsTask());
            await impatience.CancelAsync();
        }

        // Who is not in the line any more has been served, at the last moment perhaps.
        return admission.Leave(waiter) ? (null, default) : await turn.Task;
    }
}
