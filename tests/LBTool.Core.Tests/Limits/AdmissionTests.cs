using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Limits;
using LBTool.Core.Measurements;

namespace LBTool.Core.Tests.Limits;

/// <summary>Two backends, each of which takes one request at a time.</summary>
public class AdmissionTests
{
    private readonly Pool _pool = new(
        new[] { "b1", "b2" }.Select((name, index) => new Backend(name, index) { MaxInFlight = 1 }), new RoundRobin());
    private readonly List<(string Who, SessionPick Pick, string? Backend)> _served = [];

    private Backend B1 => _pool.Backends[0];

    private Backend B2 => _pool.Backends[1];

    [Fact]
    public void Who_waits_for_a_backend_that_goes_waits_for_any_when_sessions_may_move()
    {
        var admission = Create(OnLost.Redistribute);
        var leases = Fill(admission);
        Wait(admission, "bound", B1);
        Assert.Empty(_served);

        _pool.SetAvailable(B1, false, At(1));
        Assert.Equal(1, admission.Lost);
        leases["b2"].End(At(2), LeaseOutcome.Ok);

        Assert.Equal([("bound", SessionPick.Assigned, "b2")], _served);
        Assert.Equal(1, admission.Lost);
    }

    // Behind one who waits for any, too.
    [Fact]
    public void Who_waits_for_a_backend_that_goes_is_refused_at_once_when_sessions_may_not_move()
    {
        var admission = Create(OnLost.Refuse);
        Fill(admission);
        Wait(admission, "any", null);
        Wait(admission, "bound", B1);

        _pool.SetAvailable(B1, false, At(1));

        Assert.Equal([("bound", SessionPick.Refused, null)], _served);
        Assert.Equal(1, admission.Lost);
    }

    [Theory]
    [InlineData(OnLost.Redistribute, SessionPick.Full)]
    [InlineData(OnLost.Refuse, SessionPick.Refused)]
    public void Who_comes_while_others_wait_does_not_wait_for_a_backend_that_is_gone(OnLost onLost, SessionPick expected)
    {
        var admission = Create(onLost);
        Fill(admission);
        Wait(admission, "any", null);
        _pool.SetAvailable(B1, false, At(1));

        var session = new SessionClaim(B1);
        Assert.Equal(expected, admission.Enter(ref session, new PickContext(At(1)), out _));
        Assert.Equal(1, admission.Lost);
        Assert.Equal(onLost == OnLost.Redistribute, session.Owner is null);
    }

    // It had gone before the waiter was in the line, and after it was asked for.
    [Fact]
    public void Who_joins_for_a_backend_that_has_just_gone_is_refused_at_once()
    {
        var admission = Create(OnLost.Refuse);
        Fill(admission);
        Wait(admission, "any", null);
        _pool.SetAvailable(B1, false, At(1));

        Assert.True(admission.Join(Waiter("bound", B1), At(1)));

        Assert.Equal([("bound", SessionPick.Refused, null)], _served);
    }

    [Fact]
    public void A_full_backend_that_drains_and_keeps_its_sessions_is_waited_for()
    {
        var admission = Create(OnLost.Refuse);
        var leases = Fill(admission);
        _pool.SetAccess(B1, isAvailable: false, keepsSessions: true, At(1));
        Wait(admission, "bound", B1);

        leases["b1"].End(At(2), LeaseOutcome.Ok);

        Assert.Equal([("bound", SessionPick.Kept, "b1")], _served);
        Assert.Equal(0, admission.Lost);
    }

    // b1 is ejected and its time is over. One who is at home at b2 stays there; one who has no session is the trial, and has
    // none afterwards.
    [Fact]
    public void A_trial_takes_nobodys_session_and_begins_none()
    {
        var now = TimeSpan.Zero;
        var check = new PassiveCheck { Consecutive = 1, Ejection = At(10) };
        var board = new HealthBoard(_pool, new HealthRules(null, check), new EventBook(), () => now);
        var admission = new Admission(_pool, OnLost.Refuse, queue: 0, board);
        board.ObserveLease(B1, LeaseOutcome.Broken, 0, TimeSpan.Zero, now);
        now = At(10);
        board.Advance(now);

        Assert.Equal((SessionPick.Kept, "b2"), Enter(admission, B2, now));
        Assert.Equal((SessionPick.Kept, "b1"), Enter(admission, null, now));
    }

    [Fact]
    public void Another_try_of_a_session_that_may_not_move_goes_to_its_backend_while_that_is_there()
    {
        var admission = Create(OnLost.Refuse);
        Assert.Equal(SessionPick.Kept, admission.EnterAgain(new SessionClaim(B1), default, [0], out var lease));
        Assert.Equal(SessionPick.Refused, admission.EnterOther(new SessionClaim(B1), default, [0], out _));
        lease.End(At(1), LeaseOutcome.Broken);
        Assert.Equal(0, admission.Lost);

        _pool.SetAvailable(B1, false, At(1));
        Assert.Equal(SessionPick.Refused, admission.EnterAgain(new SessionClaim(B1), default, [0], out _));
        Assert.Equal(1, admission.Lost);
    }

    [Fact]
    public void Another_try_goes_to_one_that_was_not_tried_or_else_to_any()
    {
        var admission = Create(OnLost.Redistribute);
        Assert.Equal(SessionPick.Assigned, admission.EnterAgain(new SessionClaim(B1), default, [0], out var second));
        Assert.Same(B2, second.Backend);
        Assert.Equal(SessionPick.NoBackend, admission.EnterOther(new SessionClaim(B1), default, [0, 1], out _));
        Assert.Equal(SessionPick.Assigned, admission.EnterAgain(new SessionClaim(B1), default, [0, 1], out var third));
        Assert.Same(B1, third.Backend);
        Assert.Equal(SessionPick.Full, admission.EnterAgain(new SessionClaim(B1), default, [0, 1], out _));
        Assert.Equal(0, admission.Lost);
    }

    [Fact]
    public void Letting_in_and_trying_again_allocates_nothing()
    {
        var admission = Create(OnLost.Redistribute);
        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var request = 0; request < 1_000; request++)
            {
                var session = new SessionClaim(request % 2 == 0 ? B1 : null);
                admission.Enter(ref session, new PickContext(At(1)), out var lease);
                admission.EnterAgain(session, new PickContext(At(1)), [lease.Backend.Index], out var again);
                lease.End(At(1), LeaseOutcome.Ok);
                again.End(At(1), LeaseOutcome.Ok);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated();
        Assert.Equal(0, Allocated());
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static (SessionPick Pick, string Backend) Enter(Admission admission, Backend? owner, TimeSpan now)
    {
        var session = new SessionClaim(owner);
        return (admission.Enter(ref session, new PickContext(now), out var lease), lease.Backend.Name);
    }

    private Admission Create(OnLost onLost) => new(_pool, onLost, queue: 10, health: null);

    private static Dictionary<string, Lease> Fill(Admission admission)
    {
        var leases = new Dictionary<string, Lease>();
        for (var taken = 0; taken < 2; taken++)
        {
            var session = default(SessionClaim);
            Assert.Equal(SessionPick.Assigned, admission.Enter(ref session, default, out var lease));
            leases[lease.Backend.Name] = lease;
        }

        return leases;
    }

    private void Wait(Admission admission, string who, Backend? owner)
    {
        var session = new SessionClaim(owner);
        Assert.Equal(SessionPick.Full, admission.Enter(ref session, default, out _));
        Assert.True(admission.Join(Waiter(who, session.Owner), TimeSpan.Zero));
    }

    private Waiter Waiter(string who, Backend? owner) =>
        new(default, new SessionClaim(owner), (lease, pick) => _served.Add((who, pick, pick == SessionPick.Refused ? null : lease.Backend.Name)));
}
