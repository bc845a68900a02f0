using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Health;
using LBTool.Core.Measurements;

namespace LBTool.Core.Tests.Draining;

/// <summary>The rules in virtual time: each step at its instant.</summary>
public class DrainsTests
{
    private readonly Pool _pool = new([new Backend("b1", 0), new Backend("b2", 1)], new RoundRobin());
    private readonly EventBook _events = new();
    private readonly List<string> _closed = [];
    private readonly List<Lease> _open = [];
    private TimeSpan _now = At(1);
    private HealthBoard _board = null!;

    private Backend B1 => _pool.Backends[0];

    private IEnumerable<string> Steps => _events.All.Where(noted => noted.Kind == RunEventKind.Drain).Select(noted => $"{noted.At.TotalSeconds}s {noted.Name}: {noted.Text}");

    [Fact]
    public void A_backend_is_drained_when_its_last_lease_ends()
    {
        var drains = Create();
        Assert.True(_pool.TryTakeFrom(B1, _now, out var lease));

        var drain = drains.Begin(B1, At(2), TimeSpan.FromSeconds(5));
        Assert.False(B1.IsAvailable);
        Assert.Equal((DrainStep.Draining, 1, TimeSpan.FromSeconds(4)), ProgressAt(drain, 3));
        Assert.Equal(At(7), drains.NextDue);

        _now = At(4);
        lease.End(At(4), LeaseOutcome.Ok);

        Assert.Equal((DrainStep.Drained, 0, TimeSpan.Zero), ProgressAt(drain, 4));
        Assert.Null(drains.NextDue);
        Assert.Equal(["b1"], _closed);
        Assert.Equal(["2s started: b1 drains: 1 in flight, 5s to end", "4s drained: the drain of b1 is over: nothing was cut"], Steps);
        Assert.Empty(drain.ProgressAt(At(4)).Cut);
    }

    [Fact]
    public void What_is_left_at_the_deadline_is_cut_and_counted_by_kind()
    {
        var drains = Create(idle: 2);
        Open(B1, 3);

        var drain = drains.Begin(B1, At(2), TimeSpan.FromSeconds(5));
        drains.Advance(At(7) - TimeSpan.FromTicks(1));
        Assert.Equal(3, B1.InFlight);
        drains.Advance(At(7));

        Assert.Equal((DrainStep.Drained, 0, TimeSpan.Zero), ProgressAt(drain, 7));
        Assert.Equal([(CutKind.Request, 2), (CutKind.WebSocket, 1), (CutKind.Idle, 2)], drain.ProgressAt(At(7)).Cut.Select(row => (row.Key, row.Value)));
        Assert.Equal(
            [
                "2s started: b1 drains: 3 in flight, 5s to end",
                "7s deadline: deadline of b1: 3 in flight are cut",
                "7s drained: the drain of b1 is over: cut were 2 requests, 1 WebSocket, 2 idle connections",
            ], Steps);
    }

    [Fact]
    public void A_backend_with_nothing_in_flight_is_drained_at_once()
    {
        var drain = Create().Begin(B1, At(2), TimeSpan.FromSeconds(5));

        Assert.Equal(DrainStep.Drained, drain.ProgressAt(At(2)).Step);
    }

    [Fact]
    public void A_deadline_of_zero_cuts_at_once_and_a_negative_one_is_refused()
    {
        var drains = Create();
        Open(B1, 1);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => drains.Begin(B1, At(2), -TimeSpan.FromSeconds(1)));
        Assert.Contains("must not be negative: 0s cuts at once", error.Message);
        Assert.Equal(DrainStep.Drained, drains.Begin(B1, At(2), TimeSpan.Zero).ProgressAt(At(2)).Step);
    }

    [Fact]
    public void Draining_twice_keeps_the_first_deadline_and_says_so()
    {
        var drains = Create();
        Open(B1, 1);
        var drain = drains.Begin(B1, At(2), TimeSpan.FromSeconds(5));

        Assert.Same(drain, drains.Begin(B1, At(4), TimeSpan.FromSeconds(60)));
        Assert.Equal(At(7), drain.Deadline);
        drains.Advance(At(7));
        Assert.Same(drain, drains.Begin(B1, At(8), TimeSpan.FromSeconds(60)));

        Assert.Contains("4s ignored: b1 is draining already, 3s left: the first deadline stays", Steps);
        Assert.Contains("8s ignored: b1 is drained already", Steps);
    }

    [Fact]
    public void Enabling_what_was_never_drained_says_so()
    {
        Assert.False(Create().End(B1, At(2)));
        Assert.Equal(["2s ignored: b1 was never drained: nothing to end"], Steps);
    }

    [Fact]
    public void A_drain_that_is_cancelled_cuts_nothing_and_brings_the_backend_back()
    {
        var drains = Create();
        Open(B1, 1);
        var drain = drains.Begin(B1, At(2), TimeSpan.FromSeconds(5));

        Assert.True(drain.Cancel(At(3)));
        Assert.False(drain.Cancel(At(3)));
        drains.Advance(At(100));

        Assert.True(B1.IsAvailable);
        Assert.Equal(1, B1.InFlight);
        Assert.Null(drains.Find(B1));
        Assert.Equal("3s ended: b1 is back before its drain was over, 1 in flight", Steps.Last());
        Assert.Equal(DrainStep.Ended, drain.ProgressAt(At(3)).Step);
    }

    [Fact]
    public void The_last_backend_may_be_drained_and_that_is_said()
    {
        var drains = Create();
        drains.Begin(B1, At(2), TimeSpan.FromSeconds(5));
        drains.Begin(_pool.Backends[1], At(3), TimeSpan.FromSeconds(5));

        Assert.False(_pool.TryTake(new PickContext(At(3)), out _));
        Assert.Contains("3s started: b2 drains: 0 in flight, 5s to end. It was the last one: requests are answered 503", Steps);
    }

    [Fact]
    public void Sessions_that_are_honoured_stay_until_the_deadline()
    {
        var drains = Create(honourSticky: true);
        var drain = drains.Begin(B1, At(2), TimeSpan.FromSeconds(5));

        Assert.True(_pool.TryTakeFrom(B1, At(3), out var lease));
        lease.End(At(4), LeaseOutcome.Ok);
        Assert.Equal(DrainStep.Draining, drain.ProgressAt(At(4)).Step);
        drains.Advance(At(7));

        Assert.Equal(DrainStep.Drained, drain.ProgressAt(At(7)).Step);
        Assert.False(_pool.TryTakeFrom(B1, At(8), out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sessions_are_not_honoured_by_a_backend_that_is_down(bool drainIsUndone)
    {
        var drains = Create(honourSticky: true, probes: new ActiveCheck(At(1), At(1), 1, 1));
        var drain = drains.Begin(B1, At(2), TimeSpan.FromSeconds(5));
        Assert.True(B1.TakesSessions);
        if (drainIsUndone)
        {
            drain.Cancel(At(3));
        }

        _board.ObserveProbe(B1, new ProbeResult(false, "refused"), At(4), At(4));
        Assert.False(_pool.TryTakeFrom(B1, At(4), out _));

        _board.ObserveProbe(B1, new ProbeResult(true, "status 200"), At(5), At(5));
        Assert.True(_pool.TryTakeFrom(B1, At(5), out _));
        Assert.Equal(drainIsUndone, B1.IsAvailable);
    }

    // Whoever is served may do anything, such as end the last lease of another drain: from another thread, since a lock is
    // free for the one who holds it.
    [Fact]
    public void Nobody_is_served_under_the_lock_of_the_board()
    {
        Create();
        var others = new List<bool>();
        _pool.Freed = now => others.Add(Task.Run(() => _board.SetAdmin(_pool.Backends[1], AdminState.Ready, now)).Wait(TimeSpan.FromSeconds(20)));

        _board.SetAdmin(B1, AdminState.Disabled, _now);

        Assert.Equal([true], others);
    }

    [Fact]
    public void Who_finds_a_drained_backend_shut_tells_nobody_that_it_is_empty()
    {
        _pool.SetAvailable(B1, false, _now);
        _pool.Emptied = (_, _) => Assert.Fail("nothing was in flight");

        Assert.False(_pool.TryTakeFrom(B1, _now, out _));
    }

    [Fact]
    public void States_follow_the_steps()
    {
        var drains = Create();
        Open(B1, 1);
        drains.Begin(B1, At(2), TimeSpan.FromSeconds(5));
        drains.Advance(At(7));
        drains.End(B1, At(8));

        Assert.Equal(["draining", "drained", "up"],
            _events.All.Where(noted => noted.Kind == RunEventKind.StateChange).Select(noted => noted.Name));
    }

    // Whoever takes a lease at the very moment either is seen by the drain or sees it.
    [Fact]
    public async Task No_lease_begins_on_a_backend_that_is_drained()
    {
        for (var round = 0; round < 200; round++)
        {
            var pool = new Pool([new Backend("b1", 0), new Backend("b2", 1)], new RoundRobin());
            var drained = 0;
            var drains = new Drains(pool, new HealthBoard(pool, HealthRules.None, new EventBook(), () => TimeSpan.Zero), new EventBook(), _ => { })
            {
                Drained = _ => Volatile.Write(ref drained, 1),
            };
            var wrong = 0;
            var clients = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                for (var request = 0; request < 200; request++)
                {
                    var before = Volatile.Read(ref drained);
                    Assert.True(pool.TryTake(new PickContext(TimeSpan.Zero), out var lease));
                    Interlocked.Add(ref wrong, lease.Backend.Index == 0 ? before | Volatile.Read(ref drained) : 0);
                    lease.End(TimeSpan.Zero, LeaseOutcome.Ok);
                }
            })).ToArray();
            drains.Begin(pool.Backends[0], TimeSpan.Zero, TimeSpan.FromSeconds(5));
            await Task.WhenAll(clients);

            Assert.Equal(0, wrong);
            Assert.Equal(DrainStep.Drained, drains.Find(pool.Backends[0])!.ProgressAt(TimeSpan.Zero).Step);
        }
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static (DrainStep Step, int InFlight, TimeSpan TimeLeft) ProgressAt(Drain drain, double seconds)
    {
        var progress = drain.ProgressAt(At(seconds));
        return (progress.Step, progress.InFlight, progress.TimeLeft);
    }

    private void Open(Backend backend, int leases)
    {
        for (var lease = 0; lease < leases; lease++)
        {
            Assert.True(_pool.TryTakeFrom(backend, _now, out var taken));
            _open.Add(taken);
        }
    }

    // The third that is cut is a WebSocket, the others are requests.
    private Drains Create(bool honourSticky = false, int idle = 0, ActiveCheck? probes = null)
    {
        Drains drains = null!;
        _board = new HealthBoard(_pool, new HealthRules(probes), _events, () => _now);
        drains = new Drains(_pool, _board, _events, backend =>
        {
            drains.CountCut(backend, CutKind.Idle, idle);
            foreach (var (lease, kind) in _open.Select((lease, place) => (lease, place == 2 ? CutKind.WebSocket : CutKind.Request)))
            {
                drains.CountCut(backend, kind);
                lease.End(At(7), LeaseOutcome.Cut);
            }

            _open.Clear();
        })
        {
            HonourSticky = honourSticky,
            Drained = drain => _closed.Add(drain.Backend.Name),
        };
        return drains;
    }
}
