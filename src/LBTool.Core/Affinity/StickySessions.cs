using LBTool.Core.Balancing;

namespace LBTool.Core.Affinity;

/// <summary>
/// Sends the requests of a session to the backend that has it, over any algorithm: that one is asked for new sessions,
/// and for those whose backend is gone. Of several first requests of a session at once, one gives it to a backend and the
/// others follow.
/// </summary>
/// <param name="pool">Where leases come from.</param>
/// <param name="onLost">What happens to a session whose backend is not available.</param>
public sealed class StickySessions(Pool pool, OnLost onLost)
{
    private long _lost;

    /// <summary>Requests that met a session whose backend was not available.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Whether another backend may take over a session.</summary>
    public bool MayMove => onLost == OnLost.Redistribute;

    /// <summary>Whether it must stay where it is.</summary>
    public bool IsBound(in SessionClaim session) => session.Owner is not null && !MayMove;

    /// <summary>Takes a lease for a request.</summary>
    /// <param name="session">Its session; without an owner afterwards when that was lost and may move.</param>
    /// <param name="context">The time, and whom the request is for.</param>
    /// <param name="lease">The lease, when the session was kept or assigned.</param>
    /// <returns>What became of the session.</returns>
    public SessionPick Take(ref SessionClaim session, in PickContext context, out Lease lease)
    {
        while (true)
        {
            lease = default;
            if (session.Owner is { } owner && pool.TryTakeFrom(owner, context.Now, out lease))
            {
                return SessionPick.Kept;
            }

            if (Lose(ref session))
            {
                return SessionPick.Refused;
            }

            if (session.Owner is not null)
            {
                return SessionPick.Full;
            }

            if (!pool.TryTake(context, out lease))
            {
                return pool.IsFull ? SessionPick.Full : SessionPick.NoBackend;
            }

            if (session.TryAssign(lease.Backend))
            {
                return SessionPick.Assigned;
            }

            // Another request of the session was faster: this one follows it.
            lease.GiveBack();
        }
    }

    /// <summary>
    /// Takes a lease on a backend that was not tried, and the session moves there; where another request has moved it to,
    /// if that one was not tried.
    /// </summary>
    /// <param name="session">
    /// The request's session, which may move. One that may not, but had no backend, has one afterwards when another request was faster.
    /// </param>
    /// <param name="context">The time, and whom the request is for.</param>
    /// <param name="tried">Indices of those tried.</param>
    /// <param name="lease">The lease.</param>
    /// <returns>False when all that are available were tried or are full, or it must not move; there is no lease then.</returns>
    public bool TryTakeOther(ref SessionClaim session, in PickContext context, ReadOnlySpan<int> tried, out Lease lease)
    {
        lease = default;
        while (true)
        {
            if (session.Owner is { } owner && !tried.Contains(owner.Index) && pool.TryTakeFrom(owner, context.Now, out lease))
            {
                return true;
            }

            if (IsBound(session))
            {
                return false;
            }

            if (!pool.TryTakeOther(context, tried, out lease))
            {
                return false;
            }

            if (session.TryAssign(lease.Backend))
            {
                return true;
            }

            lease.GiveBack();
        }
    }

    /// <summary>Counts a session as lost when its backend is not available.</summary>
    /// <param name="session">The session; without an owner afterwards when it was lost and another may have it.</param>
    /// <returns>Whether its request is refused: it was lost, and no other may have it.</returns>
    public bool Lose(ref SessionClaim session)
    {
        if (session.Owner is not { TakesSessions: false })
        {
            return false;
        }

        if (!session.IsLost)
        {
            session.Lose();
            Interlocked.Increment(ref _lost);
        }

        if (MayMove)
        {
            session.LetGo();
        }

        return !MayMove;
    }
}

/// <summary>What happens to a session whose backend is not available.</summary>
public enum OnLost
{
    /// <summary>It gets another backend, and has to begin anew there.</summary>
    Redistribute,

    /// <summary>Its requests are answered 503 until the backend is back.</summary>
    Refuse,
}

/// <summary>What became of a request's session.</summary>
public enum SessionPick
{
    /// <summary>It is where it was.</summary>
    Kept,

    /// <summary>It is new, or was lost, and belongs to the leased backend from now on.</summary>
    Assigned,

    /// <summary>It was lost, and no other backend may have it.</summary>
    Refused,

    /// <summary>No backend is available.</summary>
    NoBackend,

    /// <summary>The session's backend is full, or all are: it may wait.</summary>
    Full,
}
