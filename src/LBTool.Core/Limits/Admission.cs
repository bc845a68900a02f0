using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Health;

namespace LBTool.Core.Limits;

/// <summary>
/// Lets requests (or connections) in to the backends of one pool: each is the trial of an ejected backend, or goes to the
/// one that has its session, or to the one that the rule picks, or waits in a line until one has room.
/// <code>
///   trial? ── anybody in line? ── session's backend ── the rule's ── all full: wait ── a turn
/// </code>
/// </summary>
/// <remarks>
/// For any number of threads, without a lock or an allocation unless somebody waits. The HTTP proxy, the TCP proxy and the
/// simulator all go through this one class; how a session is known, and how one waits for a turn, is theirs.
/// </remarks>
public sealed class Admission
{
    private readonly HealthBoard? _health;
    private readonly StickySessions _sessions;
    private readonly WaitingLine? _line;

    /// <param name="pool">Where leases come from.</param>
    /// <param name="onLost">What happens to a session whose backend is not available; null when nobody has a session.</param>
    /// <param name="queue">How many may wait; 0: nobody does.</param>
    /// <param name="health">Asks for a request as a trial now and then; null: never.</param>
    public Admission(Pool pool, OnLost? onLost, int queue, HealthBoard? health)
    {
        _health = health;
        _sessions = new StickySessions(pool, onLost ?? OnLost.Redistribute);
        _line = queue > 0 ? new WaitingLine(pool, _sessions, queue) : null;
    }

    /// <summary>Whether there is a line, so that a request that finds all full can <see cref="Join"/> it.</summary>
    public bool HasLine => _line is not null;

    /// <summary>Requests that met a session whose backend was not available.</summary>
    public long Lost => _sessions.Lost;

    /// <summary>Takes the first lease for a request.</summary>
    /// <param name="session">
    /// Its session; without an owner afterwards when that was lost and may move: who has to wait waits for any backend then.
    /// </param>
    /// <param name="context">The time, and whom the request is for.</param>
    /// <param name="lease">The lease, when the session was kept or assigned.</param>
    /// <returns>What became of the session. A trial leaves it as it is: nobody begins one on a backend that may fail.</returns>
    public SessionPick Enter(ref SessionClaim session, in PickContext context, out Lease lease)
    {
        lease = default;
        if (_health?.TryTakeTrial(session.Owner, context.Now, out lease) == true)
        {
            return SessionPick.Kept;
        }

        // Who comes while somebody waits has to wait too; but not for one that is gone.
        return _line is not { Count: > 0 } ? _sessions.Take(ref session, context, out lease)
            : _sessions.Lose(ref session) ? SessionPick.Refused
            : SessionPick.Full;
    }

    /// <summary>Takes a lease for another try of a request: of a backend that was not tried yet, or else of any. Nobody waits for that.</summary>
    /// <param name="session">Its session. Unless sessions may move, its backend is tried again.</param>
    /// <param name="context">The time, and whom the request is for.</param>
    /// <param name="tried">Indices of those tried.</param>
    /// <param name="lease">The lease, when the session was kept or assigned.</param>
    public SessionPick EnterAgain(SessionClaim session, in PickContext context, ReadOnlySpan<int> tried, out Lease lease)
    {
        if (!_sessions.IsBound(session) && _sessions.TryTakeOther(ref session, context, tried, out lease))
        {
            return SessionPick.Assigned;
        }

        if (!_sessions.IsBound(session))
        {
            session.LetGo();
        }

        return _sessions.Take(ref session, context, out lease);
    }

    /// <summary>Takes a lease on a backend that was not tried; a session moves there, if it may.</summary>
    /// <param name="session">The request's session.</param>
    /// <param name="context">The time, and whom the request is for.</param>
    /// <param name="tried">Indices of those tried.</param>
    /// <param name="lease">The lease, when the session was assigned.</param>
    public SessionPick EnterOther(SessionClaim session, in PickContext context, ReadOnlySpan<int> tried, out Lease lease)
    {
        lease = default;
        return !_sessions.IsBound(session) && _sessions.TryTakeOther(ref session, context, tried, out lease) ? SessionPick.Assigned
            : _sessions.IsBound(session) ? SessionPick.Refused
            : SessionPick.NoBackend;
    }

    /// <summary>Joins the line of those who found all full.</summary>
    /// <param name="waiter">Who waits; once only.</param>
    /// <param name="now">Time of the run.</param>
    /// <returns>False when the line is full, or there is none.</returns>
    public bool Join(Waiter waiter, TimeSpan now) => _line?.Join(waiter, now) == true;

    /// <summary>Gives up waiting.</summary>
    /// <returns>False when its turn has come already.</returns>
    public bool Leave(Waiter waiter) => _line?.Leave(waiter) == true;
}
