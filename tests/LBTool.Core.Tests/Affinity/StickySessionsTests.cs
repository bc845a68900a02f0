using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Tests.Balancing;

namespace LBTool.Core.Tests.Affinity;

public class StickySessionsTests
{
    private readonly Pool _pool = Pools.Of("round-robin", backends: 3);

    [Fact]
    public void A_session_stays_whatever_the_algorithm_says()
    {
        var sessions = new StickySessions(_pool, OnLost.Redistribute);
        Assert.Equal(SessionPick.Assigned, Take(sessions, null, default, out var first));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(SessionPick.Kept, Take(sessions, first.Backend, default, out var next));
            Assert.Same(first.Backend, next.Backend);
        }

        Assert.Equal(6, first.Backend.InFlight);
        Assert.Equal(0, sessions.Lost);
    }

    [Fact]
    public void A_weight_of_0_keeps_the_sessions_that_are_there()
    {
        var sessions = new StickySessions(_pool, OnLost.Redistribute);
        _pool.SetWeight(_pool.Backends[1], 0, TimeSpan.Zero);
        Assert.Equal(SessionPick.Kept, Take(sessions, _pool.Backends[1], default, out _));
    }

    [Fact]
    public void A_lost_session_moves_and_is_counted()
    {
        var sessions = new StickySessions(_pool, OnLost.Redistribute);
        var gone = _pool.Backends[1];
        _pool.SetAvailable(gone, false, TimeSpan.Zero);
        Assert.Equal(SessionPick.Assigned, Take(sessions, gone, default, out var lease));
        Assert.NotSame(gone, lease.Backend);
        Assert.Equal(1, sessions.Lost);
    }

    [Fact]
    public void A_lost_session_is_refused_until_its_backend_is_back()
    {
        var sessions = new StickySessions(_pool, OnLost.Refuse);
        var gone = _pool.Backends[1];
        _pool.SetAvailable(gone, false, TimeSpan.Zero);
        Assert.Equal(SessionPick.Refused, Take(sessions, gone, default, out _));
        Assert.Equal(SessionPick.Assigned, Take(sessions, null, default, out _));
        _pool.SetAvailable(gone, true, TimeSpan.Zero);
        Assert.Equal(SessionPick.Kept, Take(sessions, gone, default, out _));
    }

    [Fact]
    public void A_session_on_a_removed_backend_is_lost()
    {
        var sessions = new StickySessions(_pool, OnLost.Refuse);
        var gone = _pool.Backends[1];
        _pool.Remove(gone, TimeSpan.Zero);
        Assert.Equal(SessionPick.Refused, Take(sessions, gone, default, out _));
    }

    [Fact]
    public void Nobody_available_is_told_apart_from_a_lost_session()
    {
        foreach (var backend in _pool.Backends)
        {
            _pool.SetAvailable(backend, false, TimeSpan.Zero);
        }

        Assert.Equal(SessionPick.NoBackend, Take(new StickySessions(_pool, OnLost.Refuse), null, default, out _));
        Assert.Equal(SessionPick.NoBackend, Take(new StickySessions(_pool, OnLost.Redistribute), _pool.Backends[0], default, out _));
    }

    private static SessionPick Take(StickySessions sessions, Backend? owner, in PickContext context, out Lease lease)
    {
        var session = new SessionClaim(owner);
        return sessions.Take(ref session, context, out lease);
    }
}
