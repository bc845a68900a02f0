using LBTool.Simulation.Requests;

namespace LBTool.Simulation.Time;

/// <summary>
/// Deadlines that all lie equally far ahead, so that they come in the order of their setting: a ring takes the place of
/// one event for each. The entries of requests that are over are forgotten from the front.
/// </summary>
internal sealed class Deadlines(EventQueue queue, RequestTable requests, EventKind kind, TimeSpan timeout)
{
    private (long Due, long Number, int Target)[] _ring = new (long, long, int)[256];
    private int _first;
    private int _count;
    private bool _scheduled;

    /// <summary>Sets the deadline of a request, one timeout from now.</summary>
    public void Set(int target, long number)
    {
        Forget();
        if (_count == _ring.Length)
        {
            Grow();
        }

        var due = queue.Now + timeout.Ticks;
        _ring[(_first + _count++) & (_ring.Length - 1)] = (due, number, target);
        if (!_scheduled)
        {
            _scheduled = true;
            queue.Add(due, kind);
        }
    }

    /// <summary>Asked when the event of this kind happens, until false: the next request whose deadline has come.</summary>
    public bool TryExpire(out int target)
    {
        Forget();
        target = _count > 0 ? _ring[_first].Target : 0;
        if (_count > 0 && _ring[_first].Due <= queue.Now)
        {
            RemoveFirst();
            return true;
        }

        _scheduled = _count > 0;
        if (_scheduled)
        {
            queue.Add(_ring[_first].Due, kind);
        }

        return false;
    }

    private void Forget()
    {
        while (_count > 0 && !requests.IsOpen(_ring[_first].Target, _ring[_first].Number))
        {
            RemoveFirst();
        }
    }

    private void RemoveFirst()
    {
        _first = (_first + 1) & (_ring.Length - 1);
        _count--;
    }

    private void Grow()
    {
        var larger = new (long, long, int)[_ring.Length * 2];
        for (var i = 0; i < _count; i++)
        {
            larger[i] = _ring[(_first + i) & (_ring.Length - 1)];
        }

        (_ring, _first) = (larger, 0);
    }
}
