using LBTool.Core.Measurements;

namespace LBTool.Live.Load;

/// <summary>
/// A request under way. Its answer, its deadline and the end of the run race to end it: the first one says how it
/// ended, and the others find that it is over.
/// </summary>
/// <param name="number">Its number, from 1.</param>
/// <param name="intended">When the schedule wanted it sent.</param>
/// <param name="sent">When it is sent.</param>
internal sealed class OpenRequest(long number, TimeSpan intended, TimeSpan sent)
{
    // It has no timer and no link to another source, hence nothing to dispose.
    private readonly CancellationTokenSource _cancellation = new();
    private Head? _head;
    private int _ended;

    public long Number => number;

    public TimeSpan Sent => sent;

    public bool HasHead => Volatile.Read(ref _head) is not null;

    public bool HasEnded => Volatile.Read(ref _ended) != 0;

    /// <summary>Cancelled by <see cref="Cancel"/>, so that nothing waits for an answer that no longer counts.</summary>
    public CancellationToken Cancelled => _cancellation.Token;

    /// <summary>Notes that the answer's head has come.</summary>
    public void TakeHead(TimeSpan at, int status, int backend) => Volatile.Write(ref _head, new Head(at, status, backend));

    /// <summary>Ends the request, unless it is over already.</summary>
    public bool TryEnd(RequestOutcome outcome, TimeSpan done, out RequestRecord record)
    {
        var first = Interlocked.Exchange(ref _ended, 1) == 0;
        var head = first ? Volatile.Read(ref _head) : null;
        record = new RequestRecord(
            number, intended, sent, head?.At ?? done, done, head?.Backend ?? -1, head?.Status ?? 0, outcome);
        return first;
    }

    public void Cancel() => _cancellation.Cancel();

    // One object, so that a deadline sees all of it or nothing.
    private sealed record Head(TimeSpan At, int Status, int Backend);
}
