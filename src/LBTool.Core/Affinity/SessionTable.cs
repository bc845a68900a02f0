using System.Collections.Concurrent;
using LBTool.Core.Balancing;

namespace LBTool.Core.Affinity;

/// <summary>
/// Remembers which backend has a session, for clients that only say who they are (by a header or their address).
/// Holds a million sessions; one more is not remembered, and goes where the algorithm sends it each time.
/// </summary>
public sealed class SessionTable
{
    private const int MostSessions = 1_000_000;

    private readonly ConcurrentDictionary<ulong, Backend> _owners = new();
    private int _count;

    /// <summary>The backend that has a session; null when nobody is known to.</summary>
    /// <param name="session">Hash of what the client says, see <see cref="KeyHash"/>.</param>
    public Backend? Find(ulong session) => _owners.GetValueOrDefault(session);

    /// <summary>The session of a request, as the table knows it now.</summary>
    /// <param name="session">Hash of what the client says.</param>
    public SessionClaim ClaimOf(ulong session) => new(this, session);

    /// <summary>Gives a session to a backend, unless somebody else was faster: of several at once one has its way.</summary>
    /// <param name="session">Hash of what the client says.</param>
    /// <param name="was">The backend that has had it until now; null: nobody.</param>
    /// <param name="backend">The one that gets it.</param>
    /// <returns>Who has it now.</returns>
    public Backend Assign(ulong session, Backend? was, Backend backend) =>
        TryAssign(session, was, backend) ? backend : Find(session) ?? backend;

    private bool TryAssign(ulong session, Backend? was, Backend backend)
    {
        if (was is not null)
        {
            return _owners.TryUpdate(session, backend, was);
        }

        var isNew = Volatile.Read(ref _count) < MostSessions && _owners.TryAdd(session, backend);
        if (isNew)
        {
            Interlocked.Increment(ref _count);
        }

        return isNew;
    }
}
