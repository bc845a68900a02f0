using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Health;
using LBTool.Core.Limits;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Retries;
using LBTool.Core.Runs;
using LBTool.Simulation.Time;
using Ending = LBTool.Core.Faults.Ending;

namespace LBTool.Simulation;

/// <summary>One balancer with a pool of its own: what it has in flight, who waits, and the sessions that it knows.</summary>
internal sealed class Replica
{
    private readonly Pool _pool;
    private readonly ImmutableArray<Backend> _backends;
    private readonly Traffic _traffic;
    private readonly KeySource? _key;
    private readonly bool _isSticky;
    private readonly KeySource _session;
    private readonly SessionTable _sessions = new();

    /// <param name="simulation">What there is.</param>
    /// <param name="number">From 1. The first has the random stream of the only one of a real run.</param>
    /// <param name="cut">Cuts what it has in flight on a backend.</param>
    public Replica(Simulation simulation, int number, Action<Backend> cut)
    {
        _traffic = simulation.Traffic;
        var (plan, queue) = (simulation.Plan, simulation.Queue);
        var target = plan.Scenario.Target;
        var algorithm = Balancers.Find(target.Algorithm.Name)!;
        _pool = new Pool(
            target.Backends.Select((spec, index) => new Backend(spec.Name, index, spec.Weight)
            {
                MaxInFlight = target.LimitsOf(spec).MaxInFlight ?? int.MaxValue,
            }),
            algorithm.Create(target.Algorithm.Parameters, RandomStream.Derive(plan.Seed, number == 1 ? "balancer" : $"balancer/{number}")),
            target.SlowStart)
        {
            RampDue = due => queue.Add(due.Ticks, EventKind.Ramp, number - 1),
        };

        // Several balancers do the same at the same time: the events of the first stand for all.
        var events = number == 1 && simulation.Recording is { } recording ? recording.Events : new EventBook();
        Health = new HealthBoard(_pool, target.Health, events, () => queue.Time)
        {
            Due = due => queue.Add(due.Ticks, EventKind.Health, number - 1),
        };
        _backends = _pool.Backends;
        Drains = new Drains(_pool, Health, events, cut)
        {
            HonourSticky = target is { Drain.HonourSticky: true, Sticky: not null },
            DeadlineDue = due => queue.Add(due.Ticks, EventKind.DrainDeadline, number - 1),
            Drained = drain => simulation.Members[drain.Backend.Index].EndIdle(Ending.Close),
        };
        Faults = new PoolFaults(_pool, Health, Drains, (target.Drain ?? DrainSpec.Default).Deadline);
        Admission = new Admission(_pool, target.Sticky?.OnLost, target.Limits.Queue.Length, Health);
        Retrier = target.Retries is { } policy ? new Retrier(policy) : null;
        _key = algorithm.UsesKey ? target.Algorithm.Key : null;
        _isSticky = target.Sticky is not null;
        _session = target.Sticky?.By ?? default;
    }

    /// <summary>What it knows of its backends.</summary>
    public HealthBoard Health { get; }

    /// <summary>The backends that it has when the run begins.</summary>
    public ImmutableArray<Backend> Backends => _backends;

    /// <summary>What the scenario's faults do to the pool.</summary>
    public PoolFaults Faults { get; }

    /// <summary>Its backends that drain.</summary>
    public Drains Drains { get; }

    /// <summary>Says what is tried again; null: nothing.</summary>
    public Retrier? Retrier { get; }

    /// <summary>Lets requests in to the backends.</summary>
    public Admission Admission { get; }

    /// <summary>Leases open now on a backend, member or not.</summary>
    public int InFlight(int index) => _backends[index].InFlight;

    /// <summary>Members of the pool take the next step to their full weight.</summary>
    public void Ramp(TimeSpan now) => _pool.Ramp(now);

    /// <summary>Takes a lease for a request, at its session's backend if it has one.</summary>
    /// <param name="number">The request's number.</param>
    /// <param name="token">Index of the backend that its cookie names; null for none.</param>
    /// <param name="now">Time of the run.</param>
    /// <param name="session">Its session, whose backend it waits for, if it has to wait.</param>
    /// <param name="lease">The lease, unless nobody could be asked.</param>
    public SessionPick Enter(long number, int? token, TimeSpan now, out SessionClaim session, out Lease lease)
    {
        session = ClaimOf(number, token);
        return Admission.Enter(ref session, PickOf(number, now), out lease);
    }

    /// <summary>Takes a lease for another try of a request: of a backend that was not tried yet, or else of any.</summary>
    /// <returns>What became of its session.</returns>
    public SessionPick EnterAgain(long number, int? token, TimeSpan now, List<int> tried, out Lease lease) =>
        Admission.EnterAgain(ClaimOf(number, token), PickOf(number, now), CollectionsMarshal.AsSpan(tried), out lease);

    /// <summary>Takes a lease on a backend that was not tried; a session moves there, if it may.</summary>
    /// <param name="number">The request's number.</param>
    /// <param name="token">What its cookie says.</param>
    /// <param name="now">Time of the run.</param>
    /// <param name="tried">Indices of those tried.</param>
    /// <param name="lease">The lease.</param>
    /// <returns>False when there is none, or the session must stay where it is.</returns>
    public bool EnterOther(long number, int? token, TimeSpan now, List<int> tried, out Lease lease) =>
        Admission.EnterOther(ClaimOf(number, token), PickOf(number, now), CollectionsMarshal.AsSpan(tried), out lease) == SessionPick.Assigned;

    /// <summary>A place in the line for a request, which tells when its turn has come, and what became of its session.</summary>
    public Waiter WaiterFor(long number, SessionClaim session, TimeSpan now, Action<Lease, SessionPick> served) =>
        new(PickOf(number, now), session, served);

    private PickContext PickOf(long number, TimeSpan now) =>
        _key is { } source && _traffic.TryHash(source, number, out var key) ? new PickContext(now, key) : new PickContext(now);

    private SessionClaim ClaimOf(long number, int? token) =>
        !_isSticky ? default
        : _session.Part == KeyPart.Cookie ? new SessionClaim(token is { } owner ? _backends[owner] : null)
        : _traffic.TryHash(_session, number, out var session) ? _sessions.ClaimOf(session)
        : default;
}
