using LBTool.Core.Balancing;

namespace LBTool.Core.Limits;

/// <summary>
/// Waiters in the order in which they came, each under the backend that it waits for, so that however many wait for one
/// that is full nobody has to look at them. For one thread at a time.
/// </summary>
internal sealed class Waiters
{
    private static readonly Comparer<Waiter> InOrder = Comparer<Waiter>.Create((one, other) => one.Number.CompareTo(other.Number));

    private readonly Dictionary<Backend, SortedSet<Waiter>> _bound = [];
    private readonly SortedSet<Waiter> _free = new(InOrder);
    private long _came;

    /// <summary>Adds one at the end.</summary>
    public void Add(Waiter waiter)
    {
        waiter.Number = ++_came;
        Place(waiter);
    }

    /// <summary>Takes one out. False when it is not there.</summary>
    public bool Remove(Waiter waiter)
    {
        if (waiter.WaitsFor is not { } backend)
        {
            return _free.Remove(waiter);
        }

        if (!_bound.TryGetValue(backend, out var others) || !others.Remove(waiter))
        {
            return false;
        }

        if (others.Count == 0)
        {
            _bound.Remove(backend);
        }

        return true;
    }

    /// <summary>Puts one, if it is still there, where its session says now; it keeps its place in the order.</summary>
    public void Move(Waiter waiter)
    {
        if (Remove(waiter))
        {
            Place(waiter);
        }
    }

    /// <summary>
    /// Whose turn it may be, in order: the first of those who wait for any backend, and of each backend that has room, or
    /// does not take its sessions any more.
    /// </summary>
    public List<Waiter> First()
    {
        List<Waiter> first = [];
        if (_free.Min is { } free)
        {
            first.Add(free);
        }

        foreach (var (backend, waiting) in _bound)
        {
            if (backend.HasRoom || !backend.TakesSessions)
            {
                first.Add(waiting.Min!);
            }
        }

        first.Sort(InOrder);
        return first;
    }

    private void Place(Waiter waiter)
    {
        waiter.WaitsFor = waiter.Session.Owner;
        if (waiter.WaitsFor is not { } backend)
        {
            _free.Add(waiter);
        }
        else if (_bound.TryGetValue(backend, out var others))
        {
            others.Add(waiter);
        }
        else
        {
            _bound[backend] = new SortedSet<Waiter>(InOrder) { waiter };
        }
    }
}
