using LBTool.Core.Backends;

namespace LBTool.Live.Backends;

/// <summary>The places of a server that serves only so many requests at once, to be waited for: see <see cref="WorkerQueue{T}"/>.</summary>
/// <param name="count">Requests served at once; <see cref="Resize"/> changes it.</param>
/// <param name="queueLimit">Requests that may wait; null for no limit. <see cref="Limit"/> changes it.</param>
internal sealed class Places(int count, int? queueLimit)
{
    private readonly Lock _gate = new();
    private readonly WorkerQueue<Turn> _queue = new(count, queueLimit, turn => !turn.IsOver);

    /// <summary>Requests in line.</summary>
    public int Queued
    {
        get
        {
            lock (_gate)
            {
                return _queue.Queued;
            }
        }
    }

    /// <summary>Takes a place, when it is one's turn. False at once when the line is full.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> came first; the line has closed up.</exception>
    public ValueTask<bool> EnterAsync(CancellationToken stop)
    {
        Turn turn;
        lock (_gate)
        {
            if (_queue.TryEnter())
            {
                return ValueTask.FromResult(true);
            }

            turn = new Turn();
            if (!_queue.TryWait(turn))
            {
                return ValueTask.FromResult(false);
            }
        }

        return WaitAsync(turn, stop);
    }

    /// <summary>Gives a place back: to the first in line, if there is one.</summary>
    public void Leave()
    {
        Turn? next;
        lock (_gate)
        {
            next = _queue.Leave(out var first) ? first : null;
            next?.IsOver = true;
        }

        next?.Comes.SetResult();
    }

    /// <summary>From now on so many are served at once, 0 or more. Who is served already is not disturbed.</summary>
    public void Resize(int places)
    {
        var called = new List<Turn>();
        lock (_gate)
        {
            _queue.Resize(places);
            while (_queue.TryCall(out var next))
            {
                next.IsOver = true;
                called.Add(next);
            }
        }

        called.ForEach(turn => turn.Comes.SetResult());
    }

    /// <summary>From now on so many may wait; null for no limit. Who waits already stays.</summary>
    public void Limit(int? queue)
    {
        lock (_gate)
        {
            _queue.Limit(queue);
        }
    }

    private async ValueTask<bool> WaitAsync(Turn turn, CancellationToken stop)
    {
        await using var registration = stop.UnsafeRegister((_, token) => GiveUp(turn, token), null);
        await turn.Comes.Task;
        return true;
    }

    private void GiveUp(Turn turn, CancellationToken token)
    {
        lock (_gate)
        {
            if (turn.IsOver)
            {
                return;
            }

            turn.IsOver = true;
            _queue.GiveUp();
        }

        turn.Comes.SetCanceled(token);
    }

    private sealed class Turn
    {
        /// <summary>Completes when it has come.</summary>
        public TaskCompletionSource Comes { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>It has come, or was given up. Guarded by the gate.</summary>
        public bool IsOver { get; set; }
    }
}
