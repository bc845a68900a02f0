using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Simulation.Backends;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;
using Ending = LBTool.Core.Faults.Ending;

namespace LBTool.Simulation;

// TCP connections that clients keep: picked once, and leased from their first line until they end.
internal sealed partial class BalancerNode
{
    private bool _looksForSilence;

    /// <summary>The idle connections to a member end.</summary>
    public void EndIdle(int member, Ending ending) => EndIdle(kept => kept.Lease.Backend.Index == member, OutcomeOf(ending));

    /// <summary>A link has ended that carried nothing.</summary>
    public void EndIdle(Connection link, Ending ending) => EndIdle(kept => kept.Link == link, OutcomeOf(ending));

    /// <summary>The clients close what they have kept.</summary>
    public void EndIdle() => EndIdle(_ => true, LeaseOutcome.Ok);

    /// <summary>Closes, in order, the connections on which nobody has said anything for too long.</summary>
    public void ExpireIdle()
    {
        _looksForSilence = false;
        while (_idle!.Oldest is { } oldest && oldest.Since + _timeout.Ticks <= Queue.Now)
        {
            End(oldest, LeaseOutcome.Ok);
        }

        LookForSilence();
    }

    // The next line of a client, on a connection that it has.
    private void GoOn(int place, KeptConnection kept)
    {
        ref var request = ref Requests[place];
        (request.Balancer, request.Pick) = (kept.Balancer, SessionPick.Kept);
        (request.Lease, request.Record, request.Member, request.Leased) = (kept.Lease, kept.Record, kept.Lease.Backend.Index, true);
        request.Heard = Queue.Now;
        _deadlines.Set(place, request.Number);
        _simulation.MemberOf(place).GoOn(place, kept.Link);
    }

    // A line has been answered. Its backend may be about to go, and then hangs up.
    private void Keep(ref SimulatedRequest request)
    {
        var link = request.Connection;
        request.Connection = null;
        if (link is { IsClosed: true } || !_simulation.Members[request.Member].Accepts)
        {
            link?.Drop();
            EndLease(ref request, LeaseOutcome.Ok);
            return;
        }

        (request.Leased, request.Member) = (false, RequestTable.NoMember);
        _idle!.Add(new KeptConnection
        {
            Client = _simulation.Traffic.ClientOf(request.Number),
            Balancer = request.Balancer,
            Lease = request.Lease,
            Record = request.Record,
            Link = link,
            Since = Queue.Now,
        });
        LookForSilence();
    }

    private void CutIdle(int index, Backend backend)
    {
        foreach (var kept in _idle?.Where(kept => kept.Balancer == index && kept.Lease.Backend == backend) ?? [])
        {
            _replicas[index].Drains.CountCut(backend, CutKind.Connection);
            End(kept, LeaseOutcome.Cut);
        }
    }

    private void EndIdle(Func<KeptConnection, bool> condition, LeaseOutcome outcome) =>
        Array.ForEach(_idle?.Where(condition) ?? [], kept => End(kept, outcome));

    private void End(KeptConnection kept, LeaseOutcome outcome)
    {
        _idle!.Remove(kept);
        kept.Link?.Drop();
        End(kept.Lease, kept.Record, number: 0, outcome, status: 0);
    }

    private void LookForSilence()
    {
        if (!_looksForSilence && _idle!.Oldest is { } oldest)
        {
            _looksForSilence = true;
            Queue.Add(oldest.Since + _timeout.Ticks, EventKind.IdleDeadlines);
        }
    }

    private static LeaseOutcome OutcomeOf(Ending ending) => ending == Ending.Close ? LeaseOutcome.Ok : LeaseOutcome.Broken;
}
