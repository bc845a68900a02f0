using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Limits;
using LBTool.Core.Tests.Balancing;

namespace LBTool.Core.Tests.Affinity;

/// <summary>Requests of one session at the same time.</summary>
public class SessionTableTests
{
    private const ulong Ada = 7;
    private readonly SessionTable _table = new();
    private readonly Pool _pool = Pools.Of("round-robin", backends: 3);

    private Backend B1 => _pool.Backends[0];

    private Backend B2 => _pool.Backends[1];

    private Backend B3 => _pool.Backends[2];

    [Fact]
    public void A_table_remembers_who_has_a_session_and_gives_it_to_the_first()
    {
        Assert.Null(_table.Find(Ada));
        Assert.Same(B1, _table.Assign(Ada, was: null, B1));
        Assert.Same(B1, _table.Assign(Ada, was: null, B2));
        Assert.Same(B3, _table.Assign(Ada, was: B1, B3));
        Assert.Same(B3, _table.Assign(Ada, was: B1, B2));
        Assert.Same(B3, _table.Find(Ada));
    }

    // Both have looked for the session, and found none, before the rule answers either of them.
    [Fact]
    public async Task First_requests_of_a_session_at_the_same_time_get_one_backend()
    {
        const int Requests = 3;
        var pool = Pools.Of(new MeetingRule(Requests), 1, 1, 1);
        var admission = new Admission(pool, OnLost.Redistribute, queue: 0, health: null);
        var leases = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => Task.Factory.StartNew(
            () => Enter(admission, pick => pick is SessionPick.Assigned or SessionPick.Kept),
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        var home = Assert.Single(leases.Select(lease => lease.Backend).Distinct());
        Assert.Same(home, _table.Find(Ada));
        Assert.Equal((Requests, Requests), (home.InFlight, pool.InFlight));
        Assert.All(leases, lease => lease.EndOk());
        Assert.Equal((0, 0), (pool.InFlight, admission.Lost));
    }

    // The one that was faster has seen to it that the only other backend with room is not asked for long.
    [Fact]
    public void Who_loses_the_race_teaches_the_rule_nothing()
    {
        var rule = new Witness();
        var pool = Pools.Of(rule, 1, 1);
        var sessions = new StickySessions(pool, OnLost.Redistribute);
        var session = _table.ClaimOf(Ada);
        _table.Assign(Ada, was: null, pool.Backends[1]);

        Assert.Equal(SessionPick.Kept, sessions.Take(ref session, new PickContext(TimeSpan.FromSeconds(5)), out var lease));

        Assert.Same(pool.Backends[1], lease.Backend);
        var given = Assert.Single(rule.Seen);
        Assert.Equal((pool.Backends[0], TimeSpan.Zero, LeaseOutcome.Abandoned), (given.Backend, given.Latency, given.Outcome));
    }

    [Fact]
    public void Requests_of_a_lost_session_move_to_one_backend_together()
    {
        _table.Assign(Ada, was: null, B1);
        var sessions = new StickySessions(_pool, OnLost.Redistribute);
        var (first, second) = (_table.ClaimOf(Ada), _table.ClaimOf(Ada));
        _pool.SetAvailable(B1, false, TimeSpan.Zero);

        Assert.Equal(SessionPick.Assigned, sessions.Take(ref first, default, out var one));
        Assert.Equal(SessionPick.Kept, sessions.Take(ref second, default, out var two));

        Assert.Same(one.Backend, two.Backend);
        Assert.Equal((2, 2L), (_pool.InFlight, sessions.Lost));
    }

    [Fact]
    public void A_session_that_may_not_move_is_refused_to_who_lost_the_race_when_its_backend_has_gone()
    {
        var sessions = new StickySessions(_pool, OnLost.Refuse);
        var session = _table.ClaimOf(Ada);
        _table.Assign(Ada, was: null, B3);
        _pool.SetAvailable(B3, false, TimeSpan.Zero);

        Assert.Equal(SessionPick.Refused, sessions.Take(ref session, default, out _));
        Assert.Equal(0, _pool.InFlight);
    }

    // Both were at b1, which answers neither.
    [Fact]
    public void Requests_that_are_tried_again_move_their_session_once()
    {
        _table.Assign(Ada, was: null, B1);
        var admission = new Admission(_pool, OnLost.Redistribute, queue: 0, health: null);

        Assert.Equal(SessionPick.Assigned, admission.EnterAgain(_table.ClaimOf(Ada), default, [0], out var first));
        Assert.Equal(SessionPick.Assigned, admission.EnterAgain(_table.ClaimOf(Ada), default, [0], out var second));
        Assert.Same(first.Backend, second.Backend);
        Assert.Equal(SessionPick.Assigned, admission.EnterOther(_table.ClaimOf(Ada), default, [0, second.Backend.Index], out var third));
        Assert.Same(third.Backend, _table.Find(Ada));
        Assert.Equal((3, 0L), (_pool.InFlight, admission.Lost));
    }

    // One moves the session while the other one looks for another backend, having seen that b1 had it.
    [Fact]
    public void Who_is_tried_again_follows_a_session_that_has_moved_meanwhile_unless_it_was_there()
    {
        _table.Assign(Ada, was: null, B1);
        var sessions = new StickySessions(_pool, OnLost.Redistribute);
        var (first, second) = (_table.ClaimOf(Ada), _table.ClaimOf(Ada));
        _table.Assign(Ada, was: B1, B3);

        Assert.True(sessions.TryTakeOther(ref first, default, [0], out var one));
        Assert.True(sessions.TryTakeOther(ref second, default, [0, 2], out var two));

        Assert.Equal((B3, B2), (one.Backend, two.Backend));
        Assert.Same(B2, _table.Find(Ada));
        Assert.Equal(2, _pool.InFlight);
    }

    // Both backends are taken; then b2 gets room, and b1 later.
    [Fact]
    public void Requests_of_a_session_that_wait_get_one_backend_and_hold_up_nobody()
    {
        var pool = new Pool(new[] { "b1", "b2" }.Select((name, index) => new Backend(name, index) { MaxInFlight = 1 }), new RoundRobin());
        var admission = new Admission(pool, OnLost.Redistribute, queue: 10, health: null);
        var leases = new[] { pool.Take(), pool.Take() }.ToDictionary(lease => lease.Backend.Name);
        var served = new List<(string Who, Lease Lease)>();
        void Wait(string who, SessionClaim session) =>
            Assert.True(admission.Join(new Waiter(default, session, (lease, _) => served.Add((who, lease))), TimeSpan.Zero));

        Wait("ada", _table.ClaimOf(Ada));
        Wait("ada again", _table.ClaimOf(Ada));
        Wait("bob", _table.ClaimOf(8));
        leases["b2"].EndOk();
        leases["b1"].EndOk();
        served[0].Lease.EndOk();

        Assert.Equal([("ada", "b2"), ("bob", "b1"), ("ada again", "b2")], served.Select(one => (one.Who, one.Lease.Backend.Name)));
        Assert.Equal(2, pool.InFlight);
    }

    // A retry has moved the session while b1 was busy with another one.
    [Fact]
    public void A_request_that_waits_follows_its_session_to_where_that_has_moved()
    {
        var pool = new Pool(new[] { "b1", "b2" }.Select((name, index) => new Backend(name, index) { MaxInFlight = 1 }), new RoundRobin());
        var admission = new Admission(pool, OnLost.Redistribute, queue: 10, health: null);
        var leases = new[] { pool.Take(), pool.Take() }.ToDictionary(lease => lease.Backend.Name);
        _table.Assign(Ada, was: null, pool.Backends[0]);
        Lease? served = null;
        Assert.True(admission.Join(new Waiter(default, _table.ClaimOf(Ada), (lease, _) => served = lease), TimeSpan.Zero));
        _table.Assign(Ada, was: pool.Backends[0], pool.Backends[1]);

        leases["b1"].EndOk();
        Assert.Null(served);
        leases["b2"].EndOk();

        Assert.Equal("b2", served?.Backend.Name);
    }

    // It had none when it was tried first; then another request began it at b2, where this one has been too.
    [Fact]
    public void A_session_that_may_not_move_and_began_meanwhile_is_where_it_is_tried_again()
    {
        var admission = new Admission(_pool, OnLost.Refuse, queue: 0, health: null);
        var (first, second, third) = (_table.ClaimOf(Ada), _table.ClaimOf(Ada), _table.ClaimOf(Ada));
        _table.Assign(Ada, was: null, B2);

        Assert.Equal(SessionPick.Kept, admission.EnterAgain(first, default, [1], out var again));
        Assert.Same(B2, again.Backend);
        Assert.Equal(SessionPick.Refused, admission.EnterOther(second, default, [1], out _));

        _pool.SetAvailable(B2, false, TimeSpan.Zero);
        Assert.Equal(SessionPick.Refused, admission.EnterAgain(third, default, [0], out _));
        Assert.Same(B2, _table.Find(Ada));
        Assert.Equal(1, _pool.InFlight);
    }

    // b1 had it, b2 had it after that, and both are gone.
    [Fact]
    public void A_request_that_loses_its_session_twice_counts_once()
    {
        _table.Assign(Ada, was: null, B1);
        var sessions = new StickySessions(_pool, OnLost.Redistribute);
        var session = _table.ClaimOf(Ada);
        _table.Assign(Ada, was: B1, B2);
        _pool.SetAvailable(B1, false, TimeSpan.Zero);
        _pool.SetAvailable(B2, false, TimeSpan.Zero);

        Assert.Equal(SessionPick.Assigned, sessions.Take(ref session, default, out var lease));

        Assert.Same(B3, lease.Backend);
        Assert.Equal(1, sessions.Lost);
    }

    private Lease Enter(Admission admission, Predicate<SessionPick> isRight)
    {
        var session = _table.ClaimOf(Ada);
        Assert.True(isRight(admission.Enter(ref session, default, out var lease)));
        return lease;
    }

    private sealed class Witness : Balancer
    {
        public List<Ending> Seen { get; } = [];

        public override Backend Pick(Candidates candidates, in PickContext context) => candidates[0];

        public override void Ended(Candidates candidates, in Ending ending) => Seen.Add(ending);
    }
}
