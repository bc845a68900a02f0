using System.Net;
using System.Net.Sockets;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Limits;
using LBTool.Live.Timing;

namespace LBTool.Live.Balancers;

/// <summary>Picks for connections, of which nothing is known but where they come from.</summary>
internal sealed class SourcePicks
{
    private readonly TcpBalancerOptions _options;
    private readonly RunClock _clock;
    private readonly Admission _admission;
    private readonly WaitingRoom _room;
    private readonly SessionTable _sessions = new();

    public SourcePicks(Pool pool, TcpBalancerOptions options, RunClock clock)
    {
        _options = options;
        _clock = clock;
        _admission = new Admission(pool, options.Sticky, options.Queue.Length, options.Health);
        _room = new WaitingRoom(_admission, options.Queue.Timeout, clock);
    }

    /// <summary>The key of a client; null when nothing depends on it.</summary>
    public ulong? KeyOf(Socket client)
    {
        try
        {
            return _options.UsesKey || _options.Sticky is not null ? ClientKey.Of(((IPEndPoint)client.RemoteEndPoint!).Address) : null;
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
        var (session, context) = (ClaimOf(client), ContextOf(client));
        var pick = _admission.Enter(ref session, context, out var lease);
        return pick == SessionPick.Full && _admission.HasLine
            ? WaitAsync(context, session, stopping)
            : ValueTask.FromResult(Answer(pick, lease));
    }

    /// <summary>Takes a lease on a backend that was not tried; a session moves there, if it may. Nobody waits for that.</summary>
    /// <returns>Null when there is none, or the session must stay where it is.</returns>
    public Lease? TakeOther(ulong? client, ReadOnlySpan<int> tried)
    {
        var pick = _admission.EnterOther(ClaimOf(client), ContextOf(client), tried, out var lease);
        return Answer(pick, lease);
    }

    private async ValueTask<Lease?> WaitAsync(PickContext context, SessionClaim session, CancellationToken stopping)
    {
        var (pick, lease) = await _room.WaitAsync(context, session, stopping);
        return pick is { } known ? Answer(known, lease) : null;
    }

    private SessionClaim ClaimOf(ulong? client) =>
        _options.Sticky is not null && client is { } session ? _sessions.ClaimOf(session) : default;

    private static Lease? Answer(SessionPick pick, in Lease lease) => pick is SessionPick.Kept or SessionPick.Assigned ? lease : null;

    private PickContext ContextOf(ulong? client) => _options.UsesKey && client is { } key
        ? new PickContext(_clock.Now, key)
        : new PickContext(_clock.Now);
}
