using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;
using Ending = LBTool.Core.Faults.Ending;

namespace LBTool.Simulation;

/// <summary>
/// The balancer of a simulated run, or several that do not know of each other. They pick through the same pool as the
/// real one, and answer as that does when a backend does not: 502 for a refused or broken connection, 503 when nobody could
/// be asked, 504 for silence. One of TCP connections tries another backend when one refuses, and else passes on how the
/// connection ended.
/// </summary>
internal sealed class BalancerNode
{
    private const int MostRetries = 3;
    private const short BadGateway = 502;
    private const short Unavailable = 503;
    private const short GatewayTimeout = 504;

    private readonly Simulation _simulation;
    private readonly Replica[] _replicas;
    private readonly RandomStream _choices;
    private readonly TimeSpan _timeout;
    private readonly bool _isTcp;
    private readonly Deadlines _deadlines;

    public BalancerNode(Simulation simulation)
    {
        _simulation = simulation;
        var target = simulation.Plan.Scenario.Target;
        _replicas = [.. Enumerable.Range(1, target.Balancers).Select(number => new Replica(simulation, number))];
        Prober = target.Health.Active is { } check ? new Prober(simulation, check, _replicas[0].Health, _replicas[0].Backends) : null;
        _choices = RandomStream.Derive(simulation.Plan.Seed, "balancers");
        _timeout = target.Timeout;
        _isTcp = target.Protocol == Protocol.Tcp;
        _deadlines = new Deadlines(Queue, Requests, EventKind.BalancerDeadlines, _timeout);
    }

    /// <summary>What probes the backends; null when nobody does.</summary>
    public Prober? Prober { get; }

    private EventQueue Queue => _simulation.Queue;

    private RequestTable Requests => _simulation.Requests;

    /// <summary>Leases open now on a backend.</summary>
    public int InFlight(int index) => _replicas.Sum(replica => replica.InFlight(index));

    /// <summary>A fault of the pool begins, at all balancers.</summary>
    public void Begin(PlannedFault fault) => Array.ForEach(_replicas, replica =>
    {
        replica.Faults.Begin(fault);
        replica.Health.MembersChanged(Queue.Time);
    });

    /// <summary>A fault of the pool ends, if it acts.</summary>
    public void End(PlannedFault fault) => Array.ForEach(_replicas, replica =>
    {
        replica.Faults.End(fault, Queue.Time);
        replica.Health.MembersChanged(Queue.Time);
    });

    /// <summary>Members of one balancer's pool take the next step to their full weight.</summary>
    public void Ramp(int balancer) => _replicas[balancer].Ramp(Queue.Time);

    /// <summary>Begins to watch the backends, at time 0.</summary>
    public void Begin()
    {
        Array.ForEach(_replicas, replica => replica.Health.Begin());
        Prober?.Begin();
    }

    /// <summary>The health board of one balancer does what is due.</summary>
    public void Advance(int balancer) => _replicas[balancer].Health.Advance(Queue.Time);

    /// <summary>A request has come in: picks a backend and forwards it.</summary>
    public void Forward(int place)
    {
        ref var request = ref Requests[place];
        request.Balancer = (short)(_replicas.Length == 1 ? 0 : _choices.PickOne(_replicas.Length));
        request.Pick = _replicas[request.Balancer].Take(request.Number, request.Token, Queue.Time, out var lease);
        if (request.Pick is not (SessionPick.NoBackend or SessionPick.Refused))
        {
            _deadlines.Set(place, request.Number);
            Send(place, lease);
        }
        else if (_isTcp)
        {
            Lose(place, RequestOutcome.Reset);
        }
        else
        {
            request.Status = Unavailable;
            request.FirstByte = Queue.Now;
            Deliver(place);
        }
    }

    /// <summary>A whole answer has come from the backend.</summary>
    public void TakeAnswer(int place)
    {
        ref var request = ref Requests[place];
        request.BodySeen = false;
        request.FirstByte = request.FirstByte < 0 ? Queue.Now : request.FirstByte;
        EndLease(ref request, _isTcp || request.Status < 500 ? LeaseOutcome.Ok : LeaseOutcome.ServerError);
        Deliver(place);
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
        request.Tried = [.. request.Tried ?? [], request.Lease.Backend.Index];
        if (request.Tried.Length < Target.MostTries
            && _replicas[request.Balancer].TakeOther(request.Number, Queue.Time, request.Tried, out var lease))
        {
            Send(place, lease);
        }
        else
        {
            Lose(place, RequestOutcome.Reset);
        }
    }

    /// <summary>
    /// The connection ended before the answer did. One that closes before an answer is tried again, because .NET's HTTP
    /// client does so; one that is reset is not.
    /// </summary>
    public void TakeBreak(int place, Ending ending)
    {
        ref var request = ref Requests[place];
        if (_isTcp)
        {
            EndConnection(place, isOrderly: ending == Ending.Close, LeaseOutcome.Broken);
        }
        else if (ending == Ending.Close && request.FirstByte < 0 && request.Retries < MostRetries)
        {
            request.Retries++;
            _simulation.MemberOf(place).Connect(place);
        }
        else
        {
            Fail(place, BadGateway, LeaseOutcome.Broken);
        }
    }

    /// <summary>The client has gone: so does what was asked for it.</summary>
    public void Abandon(int place)
    {
        _simulation.MemberOf(place).Forget(place);
        EndLease(ref Requests[place], LeaseOutcome.Abandoned);
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

        _simulation.MemberOf(place).Forget(place);
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

    private void Send(int place, in Lease lease)
    {
        ref var request = ref Requests[place];
        request.Lease = lease;
        request.Leased = true;
        request.Member = lease.Backend.Index;
        request.Record = _simulation.Recording?.Leases.Reserve() ?? 0;
        request.Heard = Queue.Now;
        _simulation.Members[lease.Backend.Index].Connect(place);
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
        if (!request.BodySeen)
        {
            request.Status = status;
            request.FirstByte = Queue.Now;
        }

        EndLease(ref request, outcome);
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
        _simulation.Recording?.Leases.Complete(request.Record, new LeaseRecord(
            _isTcp ? 0 : request.Number, request.Lease.Backend.Index, request.Lease.Start, Queue.Time, outcome));
        request.Lease.End(Queue.Time, outcome);

        // Several balancers have no health checks, see Unsupported.
        var status = outcome is LeaseOutcome.Ok or LeaseOutcome.ServerError && !_isTcp ? request.Status : 0;
        _replicas[0].Health.ObserveLease(request.Lease.Backend, outcome, status, Queue.Time - request.Lease.Start, Queue.Time);
    }
}
