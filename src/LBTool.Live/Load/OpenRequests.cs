using System.Collections.Concurrent;
using LBTool.Core.Measurements;
using LBTool.Live.Timing;

namespace LBTool.Live.Load;

/// <summary>
/// All requests under way: bounds how many there are, ends each at its deadline, and writes the record of its end.
/// All have the same timeout, so their deadlines come in the order of sending and a queue takes the place of timers.
/// </summary>
/// <param name="limit">How many may be open at once; one more is refused.</param>
/// <param name="timeout">From sending to the deadline.</param>
/// <param name="clock">The time of the run.</param>
/// <param name="recording">Takes the records and the count of dropped arrivals.</param>
internal sealed class OpenRequests(int limit, TimeSpan timeout, RunClock clock, Recording recording)
{
    private readonly ConcurrentQueue<OpenRequest> _byDeadline = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _aborted;

    // The open ones, and one more until Close is called, so that only then the count can reach 0.
    private int _count = 1;

    /// <summary>Opens a request that is sent now; null when too many are open.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="intended">When it should have been sent; null: now.</param>
    public OpenRequest? TryOpen(long number, TimeSpan? intended)
    {
        if (Interlocked.Increment(ref _count) > limit + 1)
        {
            Leave();
            return null;
        }

        var now = clock.Now;
        var request = new OpenRequest(number, intended ?? now, now);
        _byDeadline.Enqueue(request);

        // An abort either finds it in the queue or is seen here.
        if (_aborted)
        {
            End(request, RequestOutcome.Aborted);
            request.Cancel();
        }

        return request;
    }

    /// <summary>Ends a request now, unless it is over already.</summary>
    public void End(OpenRequest request, RequestOutcome outcome)
    {
        if (request.TryEnd(outcome, clock.Now, out var record))
        {
            recording.Requests.Add(record);
            Leave();
        }
    }

    /// <summary>Ends requests at their deadlines, until <paramref name="drained"/>.</summary>
    public async Task ExpireAsync(CancellationToken drained)
    {
        try
        {
            while (true)
            {
                var next = ExpireDue(clock.Now);
                await PreciseTimer.Shared.UntilAsync(clock.TimestampOf(next), drained).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // No request is open any more.
        }
    }

    /// <summary>Whether one is open that was sent before a time.</summary>
    public bool HasSentBefore(TimeSpan time)
    {
        foreach (var request in _byDeadline)
        {
            if (request.Sent >= time)
            {
                return false;
            }

            if (!request.HasEnded)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Says that no more will be opened; completes when all have ended.</summary>
    public Task CloseAsync()
    {
        Leave();
        return _drained.Task;
    }

    /// <summary>Ends all that are open, and any that is opened later, as <see cref="RequestOutcome.Aborted"/>.</summary>
    public void Abort()
    {
        _aborted = true;

        // First all records, which let the run end, then the slow part.
        foreach (var request in _byDeadline)
        {
            End(request, RequestOutcome.Aborted);
        }

        foreach (var request in _byDeadline)
        {
            request.Cancel();
        }
    }

    // Drops those that are over from the front of the queue, ends those that are due, and returns when to look again.
    // A request that is not in the queue yet cannot be due before one timeout from now.
    private TimeSpan ExpireDue(TimeSpan now)
    {
        while (_byDeadline.TryPeek(out var request))
        {
            if (!request.HasEnded)
            {
                if (request.Sent + timeout > now)
                {
                    return request.Sent + timeout;
                }

                End(request, RequestOutcome.Timeout);
                request.Cancel();
            }

            _byDeadline.TryDequeue(out _);
        }

        return now + timeout;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            _drained.TrySetResult();
        }
    }
}
