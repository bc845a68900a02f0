using LBTool.Core.Balancing;

namespace LBTool.Core.Affinity;

/// <summary>
/// What one request knows of its session: which backend has it, and where that is written down. Changes as the request is
/// let in. The default one is of a request without a session, or of a client that is still to be told its own.
/// </summary>
public struct SessionClaim
{
    private readonly SessionTable? _table;
    private readonly ulong _session;

    // Who had it when it was last looked up: only from that one it can be taken.
    private Backend? _seen;

    /// <summary>Of a client that keeps its session itself: nobody else can change who has it.</summary>
    /// <param name="owner">The backend that the client says; null for none.</param>
    public SessionClaim(Backend? owner) => Owner = owner;

    internal SessionClaim(SessionTable table, ulong session)
    {
        (_table, _session) = (table, session);
        Owner = _seen = table.Find(session);
    }

    /// <summary>The backend that has the session; null for a new one, and for one that was lost and may move.</summary>
    public Backend? Owner { get; private set; }

    /// <summary>Whether its request has met a backend of its session that was not available.</summary>
    internal bool IsLost { get; private set; }

    /// <summary>Looks whether somebody has given it to a backend, or to another one, meanwhile.</summary>
    internal void LookAgain()
    {
        if (_table?.Find(_session) is { } owner && owner != _seen)
        {
            Owner = _seen = owner;
        }
    }

    /// <summary>Notes that its backend is not available.</summary>
    internal void Lose() => IsLost = true;

    /// <summary>Any backend may have it from now on.</summary>
    internal void LetGo() => Owner = null;

    /// <summary>Gives it to a backend. False when somebody else has given it to another one, which is the owner then.</summary>
    internal bool TryAssign(Backend backend)
    {
        Owner = _table?.Assign(_session, _seen, backend) ?? backend;
        _seen = Owner;
        return Owner == backend;
    }
}
