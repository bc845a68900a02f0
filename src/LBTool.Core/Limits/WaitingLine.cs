using LBTool.Core.Affinity;
using LBTool.Core.Balancing;

namespace LBTool.Core.Limits;

/// <summary>
/// Where requests wait while every backend of a pool is full: first come, first served, and no longer than it is allowed
/// to be. A lease that ends hands its room over to the first in line. Whoever waits for the backend of its session waits
/// for any, or is refused, as soon as that one is not available.
/// </summary>
/// <remarks>
/// As HAProxy's <c>maxconn</c> with <c>timeout queue</c>, and Envoy's circuit breaker <c>max_pending_requests</c>. Only
/// who has to wait takes the lock, and who ends a lease while somebody waits.
/// </remarks>
public sealed class WaitingLine
{
    private readonly StickySessions _sessions;
    private readonly int _length;
    private readonly Lock _gate = new();
    private readonly Waiters _waiters = new();
    private int _count;
    private int _calls;

    /// <param name="pool">Whose backends are waited for; it has one line.</param>
    /// <param name="sessions">Says what becomes of a session, and gives the leases.</param>
    /// <param name="length">How many may wait, at least 1.</param>
    public WaitingLine(Pool pool, StickySessions sessions, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _sessions = sessions;
        _length = length;
        pool.Freed = Serve;
    }

    /// <summary>How many wait. Whoever comes while somebody does has to join the line too.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Joins the end of the line; when there is room somewhere, whoever is first is served at once.</summary>
    /// <param name="waiter">Who waits; once only.</param>
    /// <param name="now">Time of the run.</param>
    /// <returns>False when the line is full.</returns>
    public bool Join(Waiter waiter, TimeSpan now)
    {
        lock (_gate)
        {
            if (_count >= _length)
            {
                return false;
            }

            _waiters.Add(waiter);
            Interlocked.Increment(ref _count);
        }

        // After it has joined: whoever ends a lease or takes its owner out either sees it or is seen here.
        Serve(now);
        return true;
    }

    /// <summary>Gives up waiting.</summary>
    /// <returns>False when it has been served already.</returns>
    public bool Leave(Waiter waiter)
    {
        lock (_gate)
        {
            if (!_waiters.Remove(waiter))
            {
                return false;
            }

            Interlocked.Decrement(ref _count);
            return true;
        }
    }

    // One at a time, so that the order holds; who comes meanwhile makes that one look again. Nobody holds the lock while
    // the pool is asked, which may have to tell others.
    private void Serve(TimeSpan now)
    {
        if (Count == 0 || Interlocked.Increment(ref _calls) > 1)
        {
            return;
        }

        int seen;
        do
        {
            seen = Volatile.Read(ref _calls);
            while (ServeFirst(now))
            {
            }
        }
        while (Interlocked.Add(ref _calls, -seen) > 0);
    }

    // The first that can be served: those who want a certain backend do not hold up the one behind them.
    private bool ServeFirst(TimeSpan now)
    {
        foreach (var waiter in First())
        {
            // Another request of its session may have given that to a backend, or to another one, meanwhile.
            waiter.Session.LookAgain();
            var pick = _sessions.Take(ref waiter.Session, waiter.Context.At(now), out var lease);
            if (pick is not (SessionPick.Full or SessionPick.NoBackend))
            {
                Finish(waiter, pick, lease);
                return true;
            }

            if (waiter.Session.Owner != waiter.WaitsFor)
            {
                // It waits for something else now, and whoever was behind it may be served.
                Move(waiter);
                return true;
            }
        }

        return false;
    }

    private void Finish(Waiter waiter, SessionPick pick, in Lease lease)
    {
        if (Leave(waiter))
        {
            waiter.Served(lease, pick);
        }
        else if (pick != SessionPick.Refused)
        {
            lease.GiveBack();
        }
    }

    private List<Waiter> First()
    {
        lock (_gate)
        {
            return _waiters.First();
        }
    }

    private void Move(Waiter waiter)
    {
        lock (_gate)
        {
            _waiters.Move(waiter);
        }
    }
}
