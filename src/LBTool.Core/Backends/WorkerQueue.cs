namespace LBTool.Core.Backends;

/// <summary>
/// Who is served by a process that serves only so many at once. Whoever finds no worker free waits in line, first come,
/// first served; the line may have a limit. Both worlds ask it, each with its own way to wait. Not for several threads
/// at once.
/// </summary>
/// <typeparam name="T">Stands for a request.</typeparam>
/// <param name="workers">Requests served at once, 0 or more; <see cref="Resize"/> changes it.</param>
/// <param name="queueLimit">Requests that may wait; null for no limit. <see cref="Limit"/> changes it.</param>
/// <param name="waits">False for a request in line that has given up.</param>
public sealed class WorkerQueue<T>(int workers, int? queueLimit, Func<T, bool> waits)
{
    private readonly Queue<T> _line = new();
    private int _workers = workers;
    private int? _queueLimit = queueLimit;
    private int _busy;

    /// <summary>Requests in line that have not given up.</summary>
    public int Queued { get; private set; }

    /// <summary>A request comes, and takes a worker. False when none is free: then it may <see cref="TryWait"/>.</summary>
    public bool TryEnter()
    {
        var enters = _busy < _workers;
        _busy += enters ? 1 : 0;
        return enters;
    }

    /// <summary>A request that found no worker takes a place in line. False when that is full.</summary>
    public bool TryWait(T request)
    {
        if (Queued >= _queueLimit)
        {
            return false;
        }

        Queued++;
        _line.Enqueue(request);
        return true;
    }

    /// <summary>A request is served and frees its worker.</summary>
    /// <param name="next">The first in line, who takes that worker.</param>
    /// <returns>False when nobody does.</returns>
    public bool Leave(out T next)
    {
        _busy--;
        return TryCall(out next);
    }

    /// <summary>Asked after <see cref="Resize"/>, until false: the next in line, who takes a worker that is free.</summary>
    public bool TryCall(out T next)
    {
        SkipThoseGone();
        next = default!;
        if (_busy >= _workers || !_line.TryDequeue(out next!))
        {
            return false;
        }

        Queued--;
        _busy++;
        return true;
    }

    /// <summary>A request in line has given up: from now on it does not wait.</summary>
    public void GiveUp()
    {
        Queued--;
        SkipThoseGone();
    }

    /// <summary>From now on so many are served at once, 0 or more. Who is served already is not disturbed.</summary>
    public void Resize(int workers) => _workers = workers;

    /// <summary>From now on so many may wait. Who waits already stays.</summary>
    /// <param name="queueLimit">Null for no limit.</param>
    public void Limit(int? queueLimit) => _queueLimit = queueLimit;

    private void SkipThoseGone()
    {
        while (_line.TryPeek(out var first) && !waits(first))
        {
            _line.Dequeue();
        }
    }
}
