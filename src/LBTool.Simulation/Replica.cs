using System.Collections.Immutable;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Runs;
using LBTool.Simulation.Time;

namespace LBTool.Simulation;

/// <summary>One balancer with a pool of its own: what it has in flight, and the sessions that it knows.</summary>
internal sealed class Replica
{
    private readonly Pool _pool;
    private readonly ImmutableArray<Backend> _backends;
    private readonly Traffic _traffic;
    private readonly KeySource? _key;
    private readonly StickySessions? _sticky;
    private readonly KeySource _session;
    private readonly OnLost? _onLost;
    private readonly SessionTable _sessions = new();

    /// <param name="simulation">What there is.</param>
    /// <param name="number">From 1. The first has the random stream of the only one of a real run.</param>
    public Replica(Simulation simulation, int number)
    {
        _traffic = simulation.Traffic;
        var (plan, queue) = (simulation.Plan, simulation.Queue);
        var target = plan.Scenario.Target;
        var algorithm = Balancers.Find(target.Algorithm.Name)!;
        _pool = new Pool(
            target.Backends.Select((spec, index) => new Backend(spec.Name, index, spec.Weight)),
            algorithm.Create(target.Algorithm.Parameters, RandomStream.Derive(plan.Seed, number == 1 ? "balancer" : $"balancer/{number}")),
            target.SlowStart)
        {
            RampDue = due => queue.Add(due.Ticks, EventKind.Ramp, number - 1),
        };
        Health = new HealthBoard(_pool, target.Health, simulation.Recording?.Events ?? new EventBook(), () => queue.Time)
        {
            Due = due => queue.Add(due.Ticks, EventKind.Health, number - 1),
        };
        _backends = _pool.Backends;
        Faults = new PoolFaults(_pool);
        _key = algorithm.UsesKey ? target.Algorithm.Key : null;
        if (target.Sticky is { } sticky)
        {
            _sticky = new StickySessions(_pool, sticky.OnLost);
            _session = sticky.By;
            _onLost = sticky.OnLost;
        }
    }

    /// <summary>What it knows of its backends.</summary>
    public HealthBoard Health { get; }

    /// <summary>The backends that it has when the run begins.</summary>
    public ImmutableArray<Backend> Backends => _backends;

    /// <summary>What the scenario's faults do to the pool.</summary>
    public PoolFaults Faults { get; }

    /// <summary>Leases open now on a backend, member or not.</summary>
    public int InFlight(int index) => _backends[index].InFlight;

    /// <summary>Members of the pool take the next step to their full weight.</summary>
    public void Ramp(TimeSpan now) => _pool.Ramp(now);

    /// <summary>Takes a lease for a request, at its session's backend if it has one.</summary>
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

        var pick = ContextOf(number, now);
        if (_sticky is null)
        {
            return _pool.TryTake(pick, out lease) ? SessionPick.Assigned : SessionPick.NoBackend;
        }

        if (_session.Part == KeyPart.Cookie)
        {
            return _sticky.Take(token is { } owner ? _backends[owner] : null, pick, out lease);
        }

        var isKnown = _traffic.TryHash(_session, number, out var session);
        var result = _sticky.Take(isKnown ? _sessions.Find(session) : null, pick, out lease);
        if (isKnown && result == SessionPick.Assigned)
        {
            _sessions.Assign(session, lease.Backend);
        }

        return result;
    }

    /// <summary>Takes a lease on a backend that was not tried; a session moves there, if it may.</summary>
    /// <param name="number">The request's number.</param>
    /// <param name="now">Time of the run.</param>
    /// <param name="tried">Indices of those tried.</param>
    /// <param name="lease">The lease.</param>
    /// <returns>False when there is none, or the session must stay where it is.</returns>
    public bool TakeOther(long number, TimeSpan now, ReadOnlySpan<int> tried, out Lease lease)
    {
        lease = default;
        if (_onLost == OnLost.Refuse || !_pool.TryTakeOther(ContextOf(number, now), tried, out lease))
        {
            return false;
        }

        if (_sticky is not null && _traffic.TryHash(_session, number, out var session))
        {
            _sessions.Assign(session, lease.Backend);
        }

        return true;
    }

    private PickContext ContextOf(long number, TimeSpan now) =>
        _key is { } source && _traffic.TryHash(source, number, out var key) ? new PickContext(now, key) : new PickContext(now);
}
