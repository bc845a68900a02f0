namespace LBTool.Live.Backends;

/// <summary>
/// The places of a server that serves only so many requests at once. Whoever finds none free waits in line,
/// first come, first served; the line may have a limit.
/// </summary>
/// <param name="count">Requests served at once; <see cref="Resize"/> changes it.</param>
/// <param name="queueLimit">Requests that may wait; null for no limit.</param>
internal sealed class Places(int count, int? queueLimit)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _queue = new();
    private int _count = count;
    private int _taken;

    /// <summary>Requests in line.</summary>
    public int Queued
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>Takes a place, when it is one's turn. False at once when the line is full.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> came first; the line has closed up.</exception>
    public ValueTask<bool> EnterAsync(CancellationToken stop)
    {
        LinkedListNode<TaskCompletionSource> turn;
        lock (_gate)
        {
            if (_taken < _count)
            {
                _taken++;
                return ValueTask.FromResult(true);
            }

            if (_queue.Count >= queueLimit)
            {
                return ValueTask.FromResult(false);
            }

            turn = _queue.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return WaitAsync(turn, stop);
    }

    /// <summary>Gives a place back: to the first in line, if there is one.</summary>
    public void Leave()
    {
        LinkedListNode<TaskCompletionSource>? first;
        lock (_gate)
        {
            first = _queue.First;
            if (first is null || _taken > _count)
            {
                _taken--;
                return;
            }

            _queue.Remove(first);
        }

        first.Value.SetResult();
    }

    /// <summary>From now on so many are served at once, 0 or more. Who is served already is not disturbed.</summary>
    public void Resize(int places)
    {
        var called = new List<TaskCompletionSource>();
        lock (_gate)
        {
            for (_count = places; _taken < _count && _queue.First is { } first; _taken++)
            {
                _queue.Remove(first);
                called.Add(first.Value);
            }
        }

        called.ForEach(turn => turn.SetResult());
    }

    private async ValueTask<bool> WaitAsync(LinkedListNode<TaskCompletionSource> turn, CancellationToken stop)
    {
        await using var registration = stop.UnsafeRegister((_, token) => GiveUp(turn, token), null);
        await turn.Value.Task;
        return true;
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource> turn, CancellationToken token)
    {
        lock (_gate)
        {
            if (turn.List is null)
            {
                return;
            }

            _queue.Remove(turn);
        }

        turn.Value.SetCanceled(token);
    }
}
