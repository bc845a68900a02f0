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

    /// <summary>Remembers a session's backend.</summary>
    public void Assign(ulong session, Backend backend)
    {
        if (_owners.ContainsKey(session))
        {
            _owners[session] = backend;
        }
        else if (Volatile.Read(ref _count) < MostSessions && _owners.TryAdd(session, backend))
        {
            Interlocked.Increment(ref _count);
        }
    }
}
