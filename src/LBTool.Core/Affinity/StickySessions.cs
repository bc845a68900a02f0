using LBTool.Core.Balancing;

namespace LBTool.Core.Affinity;

/// <summary>
/// Sends the requests of a session to the backend that has it, over any algorithm: that one is asked for new sessions,
/// and for those whose backend is gone.
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

    /// <summary>Takes a lease for a request.</summary>
    /// <param name="owner">The backend that has the request's session; null for a new one, and afterwards for one that was lost and may move.</param>
    /// <param name="context">The time, and whom the request is for.</param>
    /// <param name="lease">The lease, when the session was kept or assigned.</param>
    /// <returns>What became of the session.</returns>
    public SessionPick Take(ref Backend? owner, in PickContext context, out Lease lease)
    {
        lease = default;
        if (owner is not null && pool.TryTakeFrom(owner, context.Now, out lease))
        {
            return SessionPick.Kept;
        }

        return Lose(ref owner) ? SessionPick.Refused
            : owner is not null ? SessionPick.Full
            : pool.TryTake(context, out lease) ? SessionPick.Assigned
            : pool.IsFull ? SessionPick.Full
            : SessionPick.NoBackend;
    }

    /// <summary>Counts a session as lost when its backend is not available.</summary>
    /// <param name="owner">The backend that has the session; null afterwards when it was lost and another may have it.</param>
    /// <returns>Whether its request is refused: it was lost, and no other may have it.</returns>
    public bool Lose(ref Backend? owner)
    {
        if (owner is not { TakesSessions: false })
        {
            return false;
        }

        Interlocked.Increment(ref _lost);
        owner = MayMove ? null : owner;
        return owner is not null;
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
