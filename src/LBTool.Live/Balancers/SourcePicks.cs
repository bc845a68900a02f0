using System.Net;
using System.Net.Sockets;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Live.Timing;

namespace LBTool.Live.Balancers;

/// <summary>Picks for connections, of which nothing is known but where they come from.</summary>
internal sealed class SourcePicks(Pool pool, TcpBalancerOptions options, RunClock clock)
{
    private readonly StickySessions? _sticky = options.Sticky is { } onLost ? new StickySessions(pool, onLost) : null;
    private readonly SessionTable _sessions = new();

    /// <summary>The key of a client; null when nothing depends on it.</summary>
    public ulong? KeyOf(Socket client)
    {
        try
        {
            return options.UsesKey || _sticky is not null ? ClientKey.Of(((IPEndPoint)client.RemoteEndPoint!).Address) : null;
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
        var context = ContextOf(client);
        lease = default;
        if (options.Health?.TryTakeTrial(context.Now, out lease) == true)
        {
            return true;
        }

        if (_sticky is null || client is not { } session)
        {
            return pool.TryTake(context, out lease);
        }

        var pick = _sticky.Take(_sessions.Find(session), context, out lease);
        if (pick == SessionPick.Assigned)
        {
            _sessions.Assign(session, lease.Backend);
        }

        return pick is SessionPick.Kept or SessionPick.Assigned;
    }

    /// <summary>Takes a lease on a backend that was not tried; a session moves there, if it may.</summary>
    /// <returns>False when there is none, or the session must stay where it is.</returns>
    public bool TryTakeOther(ulong? client, ReadOnlySpan<int> tried, out Lease lease)
    {
        lease = default;
        if (options.Sticky == OnLost.Refuse || !pool.TryTakeOther(ContextOf(client), tried, out lease))
        {
            return false;
        }

        if (_sticky is not null && client is { } session)
        {
            _sessions.Assign(session, lease.Backend);
        }

        return true;
    }

    private PickContext ContextOf(ulong? client) => options.UsesKey && client is { } key
        ? new PickContext(clock.Now, key)
        : new PickContext(clock.Now);
}
