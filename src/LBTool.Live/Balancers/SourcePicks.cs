using System.Net;
using System.Net.Sockets;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Limits;
using LBTool.Live.Timing;

namespace LBTool.Live.Balancers;

/// <summary>Picks for connections, of which nothing is known but where they come from.</summary>
internal sealed class SourcePicks(Pool pool, TcpBalancerOptions options, RunClock clock)
{
    private readonly Admission _admission = new(pool, options.Sticky, queue: 0, options.Health);
    private readonly SessionTable _sessions = new();

    /// <summary>The key of a client; null when nothing depends on it.</summary>
    public ulong? KeyOf(Socket client)
    {
        try
        {
            return options.UsesKey || options.Sticky is not null ? ClientKey.Of(((IPEndPoint)client.RemoteEndPoint!).Address) : null;
        }
        catch (SocketException)
        {
            // It has gone already: its connection will end as soon as it begins.
            return null;
        }
    }

    /// <summary>Takes the first lease for a client.</summary>
    /// <returns>False when no backend is available, or only others than the one that has the client's session.</returns>
    public bool TryTake(ulong? client, out Lease lease)
    {
        var owner = OwnerOf(client);
        return Assign(client, _admission.Enter(ref owner, ContextOf(client), out lease), lease);
    }

    /// <summary>Takes a lease on a backend that was not tried; a session moves there, if it may.</summary>
    /// <returns>False when there is none, or the session must stay where it is.</returns>
    public bool TryTakeOther(ulong? client, ReadOnlySpan<int> tried, out Lease lease) =>
        Assign(client, _admission.EnterOther(OwnerOf(client), ContextOf(client), tried, out lease), lease);

    private Backend? OwnerOf(ulong? client) => options.Sticky is not null && client is { } session ? _sessions.Find(session) : null;

    private bool Assign(ulong? client, SessionPick pick, in Lease lease)
    {
        if (pick == SessionPick.Assigned && options.Sticky is not null && client is { } session)
        {
            _sessions.Assign(session, lease.Backend);
        }

        return pick is SessionPick.Kept or SessionPick.Assigned;
    }

    private PickContext ContextOf(ulong? client) => options.UsesKey && client is { } key
        ? new PickContext(clock.Now, key)
        : new PickContext(clock.Now);
}
