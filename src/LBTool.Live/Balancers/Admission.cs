using System.Runtime.InteropServices;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Limits;
using LBTool.Live.Timing;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Balancers;

/// <summary>Finds a backend for each request: the one of its session, the one that the rule picks, or, when all are full, the first that has room again.</summary>
/// <param name="pool">Where leases come from.</param>
/// <param name="sessions">Whose requests stay with their backend; null: nobody's.</param>
/// <param name="health">Asks for a request as a trial of a backend now and then; null: never.</param>
/// <param name="queue">Where requests wait when all backends are full.</param>
/// <param name="clock">Time of the run.</param>
internal sealed class Admission(Pool pool, Sessions? sessions, HealthBoard? health, QueueSpec queue, RunClock clock)
{
    private const string NoBackend = "no-backend";
    private readonly WaitingRoom? _room = WaitingRoom.Of(pool, queue, clock);

    /// <summary>Takes a lease for a request, or says why there is none.</summary>
    public ValueTask<Admitted> EnterAsync(HttpContext context, PickContext pick)
    {
        if (health?.TryTakeTrial(pick.Now, out var trial) == true)
        {
            return ValueTask.FromResult(new Admitted(trial, null));
        }

        var owner = sessions?.OwnerOf(context);
        if (_room?.Count > 0)
        {
            return WaitAsync(context, pick, owner);
        }

        var result = sessions is null ? TakeAny(pick, out var lease) : sessions.Take(owner, pick, out lease);
        if (result == SessionPick.Full && _room is not null)
        {
            return WaitAsync(context, pick, owner);
        }

        if (result == SessionPick.Assigned)
        {
            sessions?.Assign(context, lease.Backend);
        }

        return ValueTask.FromResult(result switch
        {
            SessionPick.Refused => new Admitted(default, "session-lost"),
            SessionPick.NoBackend => new Admitted(default, NoBackend),
            SessionPick.Full => new Admitted(default, WaitingRoom.Overflow),
            _ => new Admitted(lease, null),
        });
    }

    /// <summary>Takes a lease for another try of a request: of a backend that was not tried yet, or else of any. Nobody waits for that.</summary>
    /// <returns>False when there is none.</returns>
    public bool EnterAgain(HttpContext context, PickContext pick, List<int> tried, out Lease lease)
    {
        if (sessions is { MayMove: false } && sessions.OwnerOf(context) is { } owner)
        {
            return pool.TryTakeFrom(owner, pick.Now, out lease);
        }

        if (!pool.TryTakeOther(pick, CollectionsMarshal.AsSpan(tried), out lease) && !pool.TryTake(pick, out lease))
        {
            return false;
        }

        sessions?.Assign(context, lease.Backend);
        return true;
    }

    private SessionPick TakeAny(in PickContext pick, out Lease lease) =>
        pool.TryTake(pick, out lease) ? SessionPick.Kept : pool.IsFull ? SessionPick.Full : SessionPick.NoBackend;

    private async ValueTask<Admitted> WaitAsync(HttpContext context, PickContext pick, Backend? owner)
    {
        var admitted = await _room!.WaitAsync(pick, owner, context.RequestAborted);
        if (admitted.Refusal is null && owner is null)
        {
            sessions?.Assign(context, admitted.Lease.Backend);
        }

        return admitted;
    }
}
