using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Plans;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;

namespace LBTool.Simulation;

/// <summary>
/// The balancer of a simulated run, or several that do not know of each other. They pick through the same pool as the
/// real one, try again by the same rules, and answer as that does when a backend does not: 502 for a refused or broken
/// connection, 503 when nobody could be asked, 504 for silence. One of TCP connections tries another backend when one
/// refuses, and else passes on how the connection ended.
/// </summary>
internal sealed partial class BalancerNode
{
    private const short BadGateway = 502;
    private const short Unavailable = 503;
    private const short GatewayTimeout = 504;

    private readonly Simulation _simulation;
    private readonly Replica[] _replicas;
    private readonly RandomStream _choices;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan? _perTryTimeout;
    private readonly TimeSpan _queueTimeout;
    private readonly bool _isTcp;
    private readonly Deadlines _deadlines;

    // Where clients keep TCP connections; else null.
    private readonly IdleConnections? _idle;

    public BalancerNode(Simulation simulation)
    {
        _simulation = simulation;
        var target = simulation.Plan.Scenario.Target;
        _replicas = [.. Enumerable.Range(0, target.Balancers).Select(index => new Replica(simulation, index + 1, backend => CutAll(index, backend)))];
        Prober = target.Health.Active is { } check ? new Prober(simulation, check, _replicas[0].Health, _replicas[0].Backends) : null;
        _choices = RandomStream.Derive(simulation.Plan.Seed, "balancers");
        _timeout = target.Timeout;
        _perTryTimeout = target.Retries?.PerTryTimeout;
        _queueTimeout = target.Limits.Queue.Timeout;
        _isTcp = target.Protocol == Protocol.Tcp;
        _idle = simulation.Traffic.KeepsConnections ? new IdleConnections(simulation.Plan.Scenario.Load.Clients) : null;
        _deadlines = new Deadlines(Queue, Requests, EventKind.BalancerDeadlines, _timeout);
    }

    /// <summary>What probes the backends; null when nobody does.</summary>
    public Prober? Prober { get; }

    private EventQueue Queue => _simulation.Queue;

    private RequestTable Requests => _simulation.Requests;

    /// <summary>Leases open now on a backend.</summary>
    public int InFlight(int index) => _replicas.Sum(replica => replica.InFlight(index));

    /// <summary>A fault of the pool begins, at all balancers.</summary>
    public void Begin(PlannedFault fault) => Array.ForEach(_replicas, replica => replica.Faults.Begin(fault, Queue.Time));

    /// <summary>A fault of the pool ends, if it acts.</summary>
    public void End(PlannedFault fault) => Array.ForEach(_replicas, replica => replica.Faults.End(fault, Queue.Time));

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

    /// <summary>The deadline of a drain of one balancer has come, unless it is over already.</summary>
    public void Cut(int balancer) => _replicas[balancer].Drains.Advance(Queue.Time);

    /// <summary>A request has come in: picks a backend and forwards it. One that waited has its lease already, or has lost its session.</summary>
    public void Forward(int place)
    {
        ref var request = ref Requests[place];
        if (request.Leased)
        {
            Send(place);
            return;
        }

        if (request.Pick == SessionPick.Refused)
        {
            Refuse(place);
            return;
        }

        if (_idle?.TakeLast(_simulation.Traffic.ClientOf(request.Number)) is { } kept)
        {
            GoOn(place, kept);
            return;
        }

        request.Balancer = (short)(_replicas.Length == 1 ? 0 : _choices.PickOne(_replicas.Length));
        var replica = _replicas[request.Balancer];
        replica.Retrier?.Count(Queue.Time);
        request.Pick = replica.Enter(request.Number, request.Token, Queue.Time, out var session, out var lease);
        switch (request.Pick)
        {
            case SessionPick.Kept or SessionPick.Assigned:
                Take(ref request, lease);
                Send(place);
                break;
            case SessionPick.Full when replica.Admission.HasLine:
                Wait(place, replica, session);
                break;
            default:
                Refuse(place);
                break;
        }
    }

    /// <summary>A request has waited for long enough, unless its turn has come.</summary>
    public void ExpireWait(int place)
    {
        ref var request = ref Requests[place];
        if (request.Waiter is { } waiter && _replicas[request.Balancer].Admission.Leave(waiter))
        {
            request.Waiter = null;
            Refuse(place);
        }
    }

    private void Wait(int place, Replica replica, SessionClaim session)
    {
        ref var request = ref Requests[place];
        var waiter = replica.WaiterFor(request.Number, session, Queue.Time, (lease, pick) => Call(place, lease, pick));
        request.Waiter = waiter;
        if (!replica.Admission.Join(waiter, Queue.Time))
        {
            request.Waiter = null;
            Refuse(place);
        }
        else if (request.Waiter is not null)
        {
            Queue.Add(Queue.Now + _queueTimeout.Ticks, EventKind.QueueTimeout, place, request.Stamp);
        }
    }

    // Not at once: whoever has made the room is in the middle of something.
    private void Call(int place, in Lease lease, SessionPick pick)
    {
        ref var request = ref Requests[place];
        (request.Waiter, request.Pick) = (null, pick);
        if (pick != SessionPick.Refused)
        {
            Take(ref request, lease);
        }

        Queue.Add(Queue.Now, EventKind.Forward, place, request.Stamp);
    }

    private void Take(ref SimulatedRequest request, in Lease lease)
    {
        request.Lease = lease;
        request.Leased = true;
        request.Member = lease.Backend.Index;
        request.Record = _simulation.Recording?.Leases.Reserve() ?? 0;
        request.Try++;
    }

    private void Send(int place)
    {
        ref var request = ref Requests[place];
        request.Heard = Queue.Now;
        _deadlines.Set(place, request.Number);
        if (_perTryTimeout is { } perTry)
        {
            Queue.Add(Queue.Now + perTry.Ticks, EventKind.TryDeadline, place, request.Stamp);
        }

        _simulation.MemberOf(place).Connect(place);
    }

    // What was scheduled for the try before means nothing any more.
    private void SendAgain(int place)
    {
        ref var request = ref Requests[place];
        (request.Tried ??= []).Add(request.Lease.Backend.Index);
        (request.FirstByte, request.Status, request.GivenSession) = (-1, 0, null);
        request.Stamp++;
        var pick = _replicas[request.Balancer].EnterAgain(request.Number, request.Token, Queue.Time, request.Tried, out var lease);
        if (pick is SessionPick.Kept or SessionPick.Assigned)
        {
            request.Pick = pick;
            Take(ref request, lease);
            Send(place);
        }
        else
        {
            Refuse(place);
        }
    }
}
