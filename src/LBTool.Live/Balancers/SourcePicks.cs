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
    private readonly WaitingRoom? _room = WaitingRoom.Of(pool, options.Queue, clock);

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

    /// <summary>Takes the first lease for a client; when all backends are full it waits, if it may.</summary>
    /// <param name="client">Its key.</param>
    /// <param name="stopping">Cancelled when the balancer goes.</param>
    /// <returns>Null when no backend is available or has room, or only others than the one that has the client's session.</returns>
    public ValueTask<Lease?> EnterAsync(ulong? client, CancellationToken stopping)
    {
        var context = ContextOf(client);
        if (options.Health?.TryTakeTrial(context.Now, out var lease) == true)
        {
            return ValueTask.FromResult<Lease?>(lease);
        }

        var owner = _sticky is not null && client is { } session ? _sessions.Find(session) : null;
        if (_room?.Count > 0)
        {
            return WaitAsync(client, context, owner, stopping);
        }

        var pick = _sticky is not null && client is not null ? _sticky.Take(owner, context, out lease) : TakeAny(context, out lease);
        if (pick == SessionPick.Full && _room is not null)
        {
            return WaitAsync(client, context, owner, stopping);
        }

        if (pick == SessionPick.Assigned)
        {
            Assign(client, lease.Backend);
        }

        return ValueTask.FromResult<Lease?>(pick is SessionPick.Kept or SessionPick.Assigned ? lease : null);
    }

    /// <summary>Takes a lease on a backend that was not tried; a session moves there, if it may. Nobody waits for that.</summary>
    /// <returns>Null when there is none, or the session must stay where it is.</returns>
    public Lease? TakeOther(ulong? client, ReadOnlySpan<int> tried)
    {
        if (options.Sticky == OnLost.Refuse || !pool.TryTakeOther(ContextOf(client), tried, out var lease))
        {
            return null;
        }

        Assign(client, lease.Backend);
        return lease;
    }

    private SessionPick TakeAny(in PickContext context, out Lease lease) =>
        pool.TryTake(context, out lease) ? SessionPick.Kept : pool.IsFull ? SessionPick.Full : SessionPick.NoBackend;

    private async ValueTask<Lease?> WaitAsync(ulong? client, PickContext context, Backend? owner, CancellationToken stopping)
    {
        var admitted = await _room!.WaitAsync(context, owner, stopping);
        if (admitted.Refusal is not null)
        {
            return null;
        }

        if (owner is null)
        {
            Assign(client, admitted.Lease.Backend);
        }

        return admitted.Lease;
    }

    private void Assign(ulong? client, Backend backend)
    {
        if (_sticky is not null && client is { } session)
        {
            _sessions.Assign(session, backend);
        }
    }

    private PickContext ContextOf(ulong? client) => options.UsesKey && client is { } key
        ? new PickContext(clock.Now, key)
        : new PickContext(clock.Now);
}
