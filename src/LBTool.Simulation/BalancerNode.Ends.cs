using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Measurements;
using LBTool.Core.Retries;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;
using Ending = LBTool.Core.Faults.Ending;

namespace LBTool.Simulation;

// How tries of requests end, in an answer or without one, and what follows from it.
internal sealed partial class BalancerNode
{
    /// <summary>A whole answer has come from the backend.</summary>
    public void TakeAnswer(int place)
    {
        ref var request = ref Requests[place];
        var outcome = _isTcp || request.Status < 500 ? LeaseOutcome.Ok : LeaseOutcome.ServerError;
        var again = TryAgain(request, outcome, request.Status);
        request.BodySeen = false;
        request.FirstByte = request.FirstByte < 0 ? Queue.Now : request.FirstByte;
        if (_idle is not null)
        {
            Keep(ref request);
        }
        else
        {
            EndLease(ref request, outcome);
        }

        if (again)
        {
            SendAgain(place);
        }
        else
        {
            Deliver(place);
        }
    }

    /// <summary>The backend refused the connection.</summary>
    public void TakeRefusal(int place)
    {
        if (!_isTcp)
        {
            Fail(place, BadGateway, LeaseOutcome.ConnectFailed);
            return;
        }

        ref var request = ref Requests[place];
        EndLease(ref request, LeaseOutcome.ConnectFailed);
        (request.Tried ??= []).Add(request.Lease.Backend.Index);
        if (request.Tried.Count < Target.MostTries
            && _replicas[request.Balancer].EnterOther(request.Number, request.Token, Queue.Time, request.Tried, out var lease))
        {
            Take(ref request, lease);
            Send(place);
        }
        else
        {
            Lose(place, RequestOutcome.Reset);
        }
    }

    /// <summary>The connection ended before the answer did.</summary>
    public void TakeBreak(int place, Ending ending)
    {
        if (_isTcp)
        {
            EndConnection(place, isOrderly: ending == Ending.Close, LeaseOutcome.Broken);
        }
        else
        {
            Fail(place, BadGateway, LeaseOutcome.Broken);
        }
    }

    /// <summary>The client has gone: so does what was asked for it.</summary>
    public void Abandon(int place)
    {
        ref var request = ref Requests[place];
        if (request.Waiter is { } waiter)
        {
            _replicas[request.Balancer].Admission.Leave(waiter);
            return;
        }

        _simulation.MemberOf(place).Forget(place);
        EndLease(ref request, LeaseOutcome.Abandoned);
    }

    /// <summary>Gives up on the backends that have been silent for too long.</summary>
    public void Expire()
    {
        while (_deadlines.TryExpire(out var place))
        {
            Expire(place);
        }
    }

    /// <summary>Gives up on the backend of a request, unless it has said something lately.</summary>
    public void Expire(int place)
    {
        ref var request = ref Requests[place];
        if (!request.Leased)
        {
            return;
        }

        var due = request.Heard + _timeout.Ticks;
        if (due > Queue.Now)
        {
            Queue.Add(due, EventKind.QuietBackend, place, request.Stamp);
            return;
        }

        GiveUp(place);
    }

    /// <summary>Gives up on a try of a request, unless its answer has begun.</summary>
    public void ExpireTry(int place)
    {
        if (Requests[place] is { Leased: true, FirstByte: < 0 })
        {
            GiveUp(place);
        }
    }

    private void CutAll(int index, Backend backend)
    {
        foreach (var place in Requests.Where(request => request.Leased && request.Lease.Backend == backend))
        {
            _replicas[index].Drains.CountCut(backend, _isTcp ? CutKind.Connection : Requests[place].BodySeen ? CutKind.Stream : CutKind.Request);
            _simulation.MemberOf(place).Forget(place);
            if (_isTcp)
            {
                EndConnection(place, isOrderly: false, LeaseOutcome.Cut);
            }
            else
            {
                Fail(place, BadGateway, LeaseOutcome.Cut);
            }
        }

        CutIdle(index, backend);
    }

    private bool TryAgain(in SimulatedRequest request, LeaseOutcome outcome, int status) =>
        _replicas[request.Balancer].Retrier?.TryAgain(
            new EndedTry(request.Try, outcome, status, Idempotence.Of(Traffic.Method), BodyBytes: 0), Queue.Time) == true;

    private void GiveUp(int place)
    {
        _simulation.MemberOf(place).Forget(place);
        ref var request = ref Requests[place];
        if (_isTcp)
        {
            // Who spoke last owes nothing.
            EndConnection(place, isOrderly: request.FirstByte >= 0, LeaseOutcome.Timeout);
        }
        else
        {
            Fail(place, GatewayTimeout, request.BodySeen ? LeaseOutcome.Broken : LeaseOutcome.Timeout);
        }
    }

    private void EndConnection(int place, bool isOrderly, LeaseOutcome otherwise)
    {
        ref var request = ref Requests[place];
        EndLease(ref request, isOrderly ? LeaseOutcome.Ok : otherwise);
        Lose(place, isOrderly && request.FirstByte >= 0 ? RequestOutcome.Truncated : RequestOutcome.Reset);
    }

    private void Lose(int place, RequestOutcome outcome)
    {
        Requests[place].Loss = outcome;
        Deliver(place);
    }

    // When a part of the body has gone to the client already, all that can be done is to break its answer off too.
    private void Fail(int place, short status, LeaseOutcome outcome)
    {
        ref var request = ref Requests[place];
        var again = !request.BodySeen && TryAgain(request, outcome, 0);
        if (!request.BodySeen)
        {
            request.Status = status;
            request.FirstByte = Queue.Now;
        }

        EndLease(ref request, outcome);
        if (again)
        {
            SendAgain(place);
        }
        else
        {
            Deliver(place);
        }
    }

    private void Refuse(int place)
    {
        if (_isTcp)
        {
            Lose(place, RequestOutcome.Reset);
            return;
        }

        ref var request = ref Requests[place];
        (request.Lease, request.Pick) = (default, SessionPick.NoBackend);
        request.Status = Unavailable;
        request.FirstByte = Queue.Now;
        Deliver(place);
    }

    private void Deliver(int place)
    {
        if (_simulation.Hop == 0)
        {
            _simulation.Clients.TakeAnswer(place);
        }
        else
        {
            Queue.Add(Queue.Now + _simulation.Hop, EventKind.Delivered, place, Requests[place].Stamp);
        }
    }

    private void EndLease(ref SimulatedRequest request, LeaseOutcome outcome)
    {
        request.Leased = false;
        request.Member = RequestTable.NoMember;

        // A balancer of connections does not know what they carry.
        var status = outcome is LeaseOutcome.Ok or LeaseOutcome.ServerError && !_isTcp ? request.Status : 0;
        End(request.Lease, request.Record, _isTcp ? 0 : request.Number, outcome, status);
    }

    private void End(in Lease lease, long record, long number, LeaseOutcome outcome, int status)
    {
        _simulation.Recording?.Leases.Complete(record, new LeaseRecord(number, lease.Backend.Index, lease.Start, Queue.Time, outcome));
        lease.End(Queue.Time, outcome);

        // Several balancers have no health checks, see Unsupported.
        _replicas[0].Health.ObserveLease(lease.Backend, outcome, status, Queue.Time - lease.Start, Queue.Time);
    }
}
