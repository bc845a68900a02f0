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
    private readonly Pool _pool;
    private readonly StickySessions _sessions;
    private readonly int _length;
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _line = new();
    private int _count;
    private int _calls;

    // The pool as it was when sessions were last looked at.
    private volatile Candidates? _seen;

    /// <param name="pool">Whose backends are waited for; it has one line.</param>
    /// <param name="sessions">Says what becomes of a session, and gives the leases.</param>
    /// <param name="length">How many may wait, at least 1.</param>
    public WaitingLine(Pool pool, StickySessions sessions, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _pool = pool;
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

            waiter.Place = _line.AddLast(waiter);
            Interlocked.Increment(ref _count);
        }

        // After it has joined: whoever ends a lease or takes its owner out either sees it or is seen here.
        if (waiter.Session.Owner is { TakesSessions: false })
        {
            _seen = null;
        }

        Serve(now);
        return true;
    }

    /// <summary>Gives up waiting.</summary>
    /// <returns>False when it has been served already.</returns>
    public bool Leave(Waiter waiter)
    {
        lock (_gate)
        {
            return Remove(waiter);
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
            GiveUpOwners();
            while (ServeFirst(now))
            {
            }
        }
        while (Interlocked.Add(ref _calls, -seen) > 0);
    }

    // Those whose owner is gone, wherever they are in the line. It can only be so after the pool has changed.
    private void GiveUpOwners()
    {
        var candidates = _pool.Candidates;
        if (_seen == candidates)
        {
            return;
        }

        _seen = candidates;
        foreach (var waiter in Waiting(waiter => waiter.Session.Owner is { TakesSessions: false }))
        {
            if (_sessions.Lose(ref waiter.Session) && Leave(waiter))
            {
                waiter.Served(default, SessionPick.Refused);
            }
        }
    }

    // The first that can be served: those who want a certain backend do not hold up the one behind them.
    private bool ServeFirst(TimeSpan now)
    {
        foreach (var waiter in First())
        {
            // Another request of its session may have given that to a backend meanwhile.
            var wantedAny = waiter.Session.Owner is null;
            waiter.Session.LookAgain();
            var pick = _sessions.Take(ref waiter.Session, waiter.Context.At(now), out var lease);
            if (pick is SessionPick.Full or SessionPick.NoBackend)
            {
                if (wantedAny && waiter.Session.Owner is not null)
                {
                    // It does not hold up those behind it any more.
                    return true;
                }

                continue;
            }

            if (Leave(waiter))
            {
                waiter.Served(lease, pick);
            }
            else if (pick != SessionPick.Refused)
            {
                lease.GiveBack();
            }

            return true;
        }

        return false;
    }

    private List<Waiter> Waiting(Func<Waiter, bool> condition)
    {
        lock (_gate)
        {
            return [.. _line.Where(condition)];
        }
    }

    private List<Waiter> First()
    {
        lock (_gate)
        {
            var first = new List<Waiter>();
            for (var place = _line.First; place is not null; place = place.Next)
            {
                first.Add(place.Value);
                if (place.Value.Session.Owner is null)
                {
                    break;
                }
            }

            return first;
        }
    }

    private bool Remove(Waiter waiter)
    {
        if (waiter.Place is not { List: not null } place)
        {
            return false;
        }

        _line.Remove(place);
        Interlocked.Decrement(ref _count);
        return true;
    }
}

/// <summary>One request in the line.</summary>
/// <param name="context">Whom it is for.</param>
/// <param name="session">Its session, whose backend it waits for; without one any will do.</param>
/// <param name="served">
/// Called when its turn has come, once, by whoever made the room: with its lease and what became of its session, or without
/// one when that was lost and is refused. Must not block.
/// </param>
public sealed class Waiter(PickContext context, SessionClaim session, Action<Lease, SessionPick> served)
{
    internal PickContext Context => context;

    // Changed by the one who serves the line.
    internal SessionClaim Session = session;

    internal LinkedListNode<Waiter>? Place { get; set; }

    internal void Served(Lease lease, SessionPick pick) => served(lease, pick);
}
