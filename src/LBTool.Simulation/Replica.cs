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
    private readonly StickySessions? _sticky;
    private readonly KeySource _session;
    private readonly bool _mayMove;
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
        Faults = new PoolFaults(_pool, Drains, (target.Drain ?? DrainSpec.Default).Deadline);
        Line = target.Limits.Queue.Length > 0 ? new WaitingLine(_pool, target.Limits.Queue.Length) : null;
        Retrier = target.Retries is { } policy ? new Retrier(policy) : null;
        _key = algorithm.UsesKey ? target.Algorithm.Key : null;
        if (target.Sticky is { } sticky)
        {
            _sticky = new StickySessions(_pool, sticky.OnLost);
            _session = sticky.By;
            _mayMove = sticky.OnLost == OnLost.Redistribute;
        }
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

    /// <summary>Where requests wait when all backends are full; null: nowhere.</summary>
    public WaitingLine? Line { get; }

    /// <summary>Leases open now on a backend, member or not.</summary>
    public int InFlight(int index) => _backends[index].InFlight;

    /// <summary>Members of the pool take the next step to their full weight.</summary>
    public void Ramp(TimeSpan now) => _pool.Ramp(now);

    /// <summary>Takes a lease for a request, at its session's backend if it has one. Whoever comes while somebody waits finds it full.</summary>
    /// <param name="number">The request's number.</param>
    /// <param name="token">Index of the backend that its cookie names; null for none.</param>
    /// <param name="now">Time of the run.</param>
    /// <param name="lease">The lease, unless nobody could be asked.</param>
    public SessionPick Take(long number, int? token, TimeSpan now, out Lease lease)
    {
        if (Health.TryTakeTrial(now, out lease))
        {
            return SessionPick.Assigned;
        }

        if (Line?.Count > 0)
        {
            lease = default;
            return SessionPick.Full;
        }

        var pick = PickOf(number, now);
        if (_sticky is null)
        {
            return _pool.TryTake(pick, out lease) ? SessionPick.Assigned : _pool.IsFull ? SessionPick.Full : SessionPick.NoBackend;
        }

        var result = _sticky.Take(OwnerOf(number, token), pick, out lease);
        if (result == SessionPick.Assigned)
        {
            Assign(number, lease);
        }

        return result;
    }

    /// <summary>Takes a lease for another try of a request: of a backend that was not tried yet, or else of any.</summary>
    /// <returns>What became of its session.</returns>
    public SessionPick TakeAgain(long number, int? token, TimeSpan now, List<int> tried, out Lease lease)
    {
        if (_sticky is not null && !_mayMove && OwnerOf(number, token) is { } owner)
        {
            return _pool.TryTakeFrom(owner, now, out lease) ? SessionPick.Kept : SessionPick.Refused;
        }

        var pick = PickOf(number, now);
        if (!_pool.TryTakeOther(pick, CollectionsMarshal.AsSpan(tried), out lease) && !_pool.TryTake(pick, out lease))
        {
            return SessionPick.NoBackend;
        }

        Assign(number, lease);
        return SessionPick.Assigned;
    }

    /// <summary>A place in the line for a request, which tells when its turn has come, and what became of its session.</summary>
    public Waiter WaiterFor(long number, int? token, TimeSpan now, Action<Lease, SessionPick> served)
    {
        var owner = _sticky is null ? null : OwnerOf(number, token);
        return new Waiter(PickOf(number, now), owner, lease =>
        {
            if (owner is null)
            {
                Assign(number, lease);
            }

            served(lease, owner is null ? SessionPick.Assigned : SessionPick.Kept);
        });
    }

    private PickContext PickOf(long number, TimeSpan now) =>
        _key is { } source && _traffic.TryHash(source, number, out var key) ? new PickContext(now, key) : new PickContext(now);

    private Backend? OwnerOf(long number, int? token) =>
        _session.Part == KeyPart.Cookie ? token is { } owner ? _backends[owner] : null
        : _traffic.TryHash(_session, number, out var session) ? _sessions.Find(session)
        : null;

    private void Assign(long number, in Lease lease)
    {
        if (_sticky is not null && _session.Part != KeyPart.Cookie && _traffic.TryHash(_session, number, out var session))
        {
            _sessions.Assign(session, lease.Backend);
        }
    }

    /// <summary>Takes a lease on a backend that was not tried; a session moves there, if it may.</summary>
    /// <param name="number">The request's number.</param>
    /// <param name="token">What its cookie says.</param>
    /// <param name="now">Time of the run.</param>
    /// <param name="tried">Indices of those tried.</param>
    /// <param name="lease">The lease.</param>
    /// <returns>False when there is none, or the session must stay where it is.</returns>
    public bool TakeOther(long number, int? token, TimeSpan now, List<int> tried, out Lease lease)
    {
        lease = default;
        if ((_sticky is not null && !_mayMove && OwnerOf(number, token) is not null)
            || !_pool.TryTakeOther(PickOf(number, now), CollectionsMarshal.AsSpan(tried), out lease))
        {
            return false;
        }

        Assign(number, lease);
        return true;
    }
}
