using System.Collections.Immutable;
using LBTool.Core.Arrivals;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Randomness;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;

namespace LBTool.Simulation;

/// <summary>
/// The balancer of a simulated run, or several that do not know of each other. They pick through the same pool as the
/// real one, and answer as that does when a backend does not: 502 for a refused or broken connection, 504 for silence.
/// </summary>
internal sealed class BalancerNode
{
    private const int MostRetries = 3;
    private const short BadGateway = 502;
    private const short ServiceUnavailable = 503;
    private const short GatewayTimeout = 504;

    private readonly Simulation _simulation;
    private readonly ImmutableArray<Backend>[] _backends;
    private readonly Pool[] _pools;
    private readonly PoolFaults[] _poolFaults;
    private readonly ImmutableArray<ulong> _keys;
    private readonly RandomStream _choices;
    private readonly TimeSpan _timeout;
    private readonly Deadlines _deadlines;

    public BalancerNode(Simulation simulation)
    {
        _simulation = simulation;
        var target = simulation.Plan.Scenario.Target;
        _pools = [.. Enumerable.Range(1, target.Balancers).Select(CreatePool)];
        _backends = [.. _pools.Select(pool => pool.Backends)];
        _poolFaults = [.. _pools.Select(pool => new PoolFaults(pool))];
        _keys = KeysOf(simulation.Plan.Scenario);
        _choices = RandomStream.Derive(simulation.Plan.Seed, "balancers");
        _timeout = target.Timeout;
        _deadlines = new Deadlines(Queue, Requests, EventKind.BalancerDeadlines, _timeout);
    }

    private EventQueue Queue => _simulation.Queue;

    private RequestTable Requests => _simulation.Requests;

    /// <summary>Leases open now on a backend.</summary>
    public int InFlight(int index) => _backends.Sum(backends => backends[index].InFlight);

    /// <summary>A fault of the pool begins, at all balancers.</summary>
    public void Begin(PlannedFault fault) => Array.ForEach(_poolFaults, faults => faults.Begin(fault));

    /// <summary>A fault of the pool ends, if it acts.</summary>
    public void End(PlannedFault fault) => Array.ForEach(_poolFaults, faults => faults.End(fault, Queue.Time));

    /// <summary>Members of one balancer's pool take the next step to their full weight.</summary>
    public void Ramp(int balancer) => _pools[balancer].Ramp(Queue.Time);

    /// <summary>A request has come in: picks a backend and forwards it.</summary>
    public void Forward(int place)
    {
        var pool = _pools.Length == 1 ? _pools[0] : _pools[_choices.PickOne(_pools.Length)];
        ref var request = ref Requests[place];
        if (!pool.TryTake(Context(request.Number), out var lease))
        {
            request.Status = ServiceUnavailable;
            request.FirstByte = Queue.Now;
            Deliver(place);
            return;
        }

        request.Lease = lease;
        request.Leased = true;
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
    /// The connection ended before the answer did. A closed one is tried again, because .NET's HTTP client does so; one
    /// that was reset is not.
    /// </summary>
    public void TakeBreak(int place, Core.Faults.Ending ending)
    {
        ref var request = ref Requests[place];
        if (ending == Core.Faults.Ending.Close && !request.BodySeen && request.Retries < MostRetries)
        {
            request.Retries++;
            request.FirstByte = -1;
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
        Fail(place, GatewayTimeout, LeaseOutcome.Timeout);
    }

    private PickContext Context(long number) => _keys.Length == 0
        ? new PickContext(Queue.Time)
        : new PickContext(Queue.Time, _keys[(int)((number - 1) % _keys.Length)]);

    // The hash of each client's address, as the real balancer makes it.
    private static ImmutableArray<ulong> KeysOf(Scenario scenario)
    {
        var clients = scenario.Load.Clients;
        return Balancers.Find(scenario.Target.Algorithm.Name)!.UsesKey
            ? [.. Enumerable.Range(0, clients).Select(index => KeyHash.Of(ClientAddress.Of(index, clients).GetAddressBytes()))]
            : [];
    }

    // The first has the stream of the only one of a real run.
    private Pool CreatePool(int number)
    {
        var target = _simulation.Plan.Scenario.Target;
        var random = RandomStream.Derive(_simulation.Plan.Seed, number == 1 ? "balancer" : $"balancer/{number}");
        return new Pool(
            target.Backends.Select((spec, index) => new Backend(spec.Name, index, spec.Weight)),
            Balancers.Find(target.Algorithm.Name)!.Create(target.Algorithm.Parameters, random),
            target.SlowStart)
        {
            RampDue = due => Queue.Add(due.Ticks, EventKind.Ramp, number - 1),
        };
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
        _simulation.Recording?.Leases.Add(new LeaseRecord(
            request.Number, request.Lease.Backend.Index, request.Lease.Start, Queue.Time, outcome));
        request.Lease.End(Queue.Time, outcome);
    }
}
