using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Randomness;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;
using Ending = LBTool.Core.Faults.Ending;

namespace LBTool.Simulation;

/// <summary>
/// The balancer of a simulated run, or several that do not know of each other. They pick through the same pool as the
/// real one, and answer as that does when a backend does not: 502 for a refused or broken connection, 503 when nobody could
/// be asked, 504 for silence.
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
    private readonly Deadlines _deadlines;

    public BalancerNode(Simulation simulation)
    {
        _simulation = simulation;
        var target = simulation.Plan.Scenario.Target;
        _replicas = [.. Enumerable.Range(1, target.Balancers).Select(number => new Replica(simulation, number))];
        Prober = target.Health.Active is { } check ? new Prober(simulation, check, _replicas[0].Health, _replicas[0].Backends) : null;
        _choices = RandomStream.Derive(simulation.Plan.Seed, "balancers");
        _timeout = target.Timeout;
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
        var replica = _replicas.Length == 1 ? _replicas[0] : _replicas[_choices.PickOne(_replicas.Length)];
        ref var request = ref Requests[place];
        request.Pick = replica.Take(request.Number, request.Token, Queue.Time, out var lease);
        if (request.Pick is SessionPick.NoBackend or SessionPick.Refused)
        {
            request.Status = Unavailable;
            request.FirstByte = Queue.Now;
            Deliver(place);
            return;
        }

        request.Lease = lease;
        request.Leased = true;
        request.Member = lease.Backend.Index;
        request.Record = _simulation.Recording?.Leases.Reserve() ?? 0;
        request.Heard = Queue.Now;
        _deadlines.Set(place, request.Number);
        _simulation.Members[lease.Backend.Index].Connect(place);
    }

    /// <summary>A whole answer has come from the backend.</summary>
    public void TakeAnswer(int place)
    {
        ref var request = ref Requests[place];
        request.BodySeen = false;
        request.FirstByte = request.FirstByte < 0 ? Queue.Now : request.FirstByte;
        EndLease(ref request, request.Status < 500 ? LeaseOutcome.Ok : LeaseOutcome.ServerError);
        Deliver(place);
    }

    /// <summary>The backend refused the connection.</summary>
    public void TakeRefusal(int place) => Fail(place, BadGateway, LeaseOutcome.ConnectFailed);

    /// <summary>
    /// The connection ended before the answer did. One that closes before an answer is tried again, because .NET's HTTP
    /// client does so; one that is reset is not.
    /// </summary>
    public void TakeBreak(int place, Ending ending)
    {
        ref var request = ref Requests[place];
        if (ending == Ending.Close && request.FirstByte < 0 && request.Retries < MostRetries)
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
        Fail(place, GatewayTimeout, request.BodySeen ? LeaseOutcome.Broken : LeaseOutcome.Timeout);
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
        _simulation.Recording?.Leases.Complete(request.Record, new LeaseRecord(
            request.Number, request.Lease.Backend.Index, request.Lease.Start, Queue.Time, outcome));
        request.Lease.End(Queue.Time, outcome);

        // Several balancers have no health checks, see Unsupported.
        var status = outcome is LeaseOutcome.Ok or LeaseOutcome.ServerError ? request.Status : 0;
        _replicas[0].Health.ObserveLease(request.Lease.Backend, outcome, status, Queue.Time - request.Lease.Start, Queue.Time);
    }
}
