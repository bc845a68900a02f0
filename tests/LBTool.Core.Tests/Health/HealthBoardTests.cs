using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Measurements;

namespace LBTool.Core.Tests.Health;

public class HealthBoardTests
{
    private static readonly ActiveCheck Check = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), Fall: 3, Rise: 2);

    private readonly EventBook _events = new();
    private TimeSpan _now;

    [Fact]
    public void Without_checks_everybody_is_up_and_nothing_is_noted()
    {
        var (board, pool) = Create(HealthRules.None, 3);

        Assert.All(pool.Backends, backend => Assert.Equal(BackendState.Up, board.StateOf(backend)));
        Assert.Empty(_events.All);
        Assert.Equal(3, pool.Candidates.Count);
    }

    [Fact]
    public void Who_is_drained_or_disabled_leaves_the_pool_and_comes_back_when_ready()
    {
        var (board, pool) = Create(HealthRules.None, 3);
        var b2 = pool.Backends[1];

        foreach (var (state, shown) in new[]
        {
            (AdminState.Draining, BackendState.Draining), (AdminState.Drained, BackendState.Drained), (AdminState.Disabled, BackendState.Disabled),
        })
        {
            Assert.True(board.SetAdmin(b2, state, _now));
            Assert.Equal(shown, board.StateOf(b2));
            Assert.False(b2.IsAvailable);
            Assert.Equal(2, pool.Candidates.Count);
        }

        Assert.True(board.SetAdmin(b2, AdminState.Ready, _now));
        Assert.True(b2.IsAvailable);
        Assert.Equal(["draining", "drained", "disabled", "up"], _events.All.Select(happened => happened.Name));
        Assert.All(_events.All, happened => Assert.Equal((RunEventKind.StateChange, 1), (happened.Kind, happened.Backend)));
    }

    [Fact]
    public void The_same_wish_twice_is_one_change()
    {
        var (board, pool) = Create(HealthRules.None, 2);

        Assert.True(board.SetAdmin(pool.Backends[0], AdminState.Draining, _now));
        Assert.False(board.SetAdmin(pool.Backends[0], AdminState.Draining, _now));
        Assert.Single(_events.All);
    }

    [Fact]
    public void The_last_backend_may_be_drained_and_then_nobody_is_left()
    {
        var (board, pool) = Create(new HealthRules(Check), 1);

        board.SetAdmin(pool.Backends[0], AdminState.Draining, _now);

        Assert.False(pool.TryTake(new PickContext(_now), out _));
        Assert.False(board.Panics);
    }

    [Fact]
    public void A_backend_goes_down_with_the_last_failure_in_a_row_and_up_with_the_last_pass()
    {
        var (board, pool) = Create(new HealthRules(Check), 3);
        var b1 = pool.Backends[0];
        Assert.Equal(BackendState.Unknown, board.StateOf(b1));

        Assert.Equal("up", Probe(board, b1, "+"));
        Assert.Equal("up up", Probe(board, b1, "--"));
        Assert.Equal("up up up", Probe(board, b1, "+--"));
        Assert.Equal("down", Probe(board, b1, "-"));
        Assert.False(b1.IsAvailable);
        Assert.Equal("down down down", Probe(board, b1, "+-+"));
        Assert.Equal("up", Probe(board, b1, "+"));
        Assert.True(b1.IsAvailable);
    }

    [Fact]
    public void The_first_probe_decides_at_once()
    {
        var (board, pool) = Create(new HealthRules(Check), 3);

        Assert.Equal("down", Probe(board, pool.Backends[0], "-"));
        Assert.Equal("up", Probe(board, pool.Backends[1], "+"));
        Assert.True(pool.Backends[2].IsAvailable, "who was not probed yet is used");
    }

    [Fact]
    public void A_backend_that_is_down_stays_out_when_people_want_it_again()
    {
        var (board, pool) = Create(new HealthRules(Check), 3);
        Probe(board, pool.Backends[0], "-");

        board.SetAdmin(pool.Backends[0], AdminState.Disabled, _now);
        board.SetAdmin(pool.Backends[0], AdminState.Ready, _now);

        Assert.Equal(BackendState.Down, board.StateOf(pool.Backends[0]));
        Assert.False(pool.Backends[0].IsAvailable);
    }

    [Fact]
    public void Below_the_threshold_all_are_used_but_those_that_people_took_out()
    {
        var (board, pool) = Create(new HealthRules(Check), 5);
        board.SetAdmin(pool.Backends[4], AdminState.Disabled, _now);
        Probe(board, pool.Backends[0], "-");
        Probe(board, pool.Backends[1], "-");
        Assert.False(board.Panics, "2 of 4 are well, which is not below half");
        Assert.Equal(2, pool.Candidates.Count);

        Probe(board, pool.Backends[2], "-");

        Assert.True(board.Panics);
        Assert.Equal(["b1", "b2", "b3", "b4"], Enumerable.Range(0, pool.Candidates.Count).Select(place => pool.Candidates[place].Name));
        Assert.Equal(BackendState.Down, board.StateOf(pool.Backends[0]));

        Probe(board, pool.Backends[2], "++");

        Assert.False(board.Panics);
        Assert.Equal(2, pool.Candidates.Count);
        Assert.Equal(
            [RunEventKind.PanicStart, RunEventKind.PanicEnd],
            _events.All.Where(happened => happened.Kind is RunEventKind.PanicStart or RunEventKind.PanicEnd).Select(happened => happened.Kind));
    }

    // 0.28 * 25 is 7.000000000000001.
    [Fact]
    public void Exactly_the_threshold_is_no_panic()
    {
        var (board, pool) = Create(new HealthRules(Check, PanicThreshold: 0.28), 25);
        foreach (var backend in pool.Backends[..18])
        {
            Probe(board, backend, "-");
        }

        Assert.False(board.Panics);
        Probe(board, pool.Backends[18], "-");
        Assert.True(board.Panics);
    }

    [Fact]
    public void With_a_threshold_of_0_there_is_no_panic()
    {
        var (board, pool) = Create(new HealthRules(Check, PanicThreshold: 0), 2);

        Probe(board, pool.Backends[0], "-");
        Probe(board, pool.Backends[1], "-");

        Assert.False(board.Panics);
        Assert.False(pool.TryTake(new PickContext(_now), out _));
    }

    [Fact]
    public void A_lease_never_starts_before_its_backend_came_up()
    {
        var (board, pool) = Create(new HealthRules(Check), 3);
        var b1 = pool.Backends[0];
        Probe(board, b1, "-");
        var before = new PickContext(_now);
        Probe(board, b1, "++");

        var up = _events.All.Last(happened => happened is { Kind: RunEventKind.StateChange, Backend: 0 });
        Assert.True(pool.TryTakeFrom(b1, before.Now, out var lease));
        Assert.True(lease.Start >= up.At, $"the lease starts at {lease.Start}, the backend came up at {up.At}");
    }

    [Fact]
    public void Only_first_probes_and_changes_are_noted()
    {
        var (board, pool) = Create(new HealthRules(Check), 3);

        Probe(board, pool.Backends[0], "+++-----++");

        Assert.Equal(
            ["passed", "failed", "passed"],
            _events.All.Where(happened => happened.Kind == RunEventKind.Probe).Select(happened => happened.Name));
    }

    // Each + or - is a probe that passed or failed, one a millisecond. Returns the state after each.
    private string Probe(HealthBoard board, Backend backend, string results)
    {
        var states = new List<string>();
        foreach (var result in results)
        {
            _now += TimeSpan.FromMilliseconds(1);
            board.ObserveProbe(backend, new ProbeResult(result == '+', "said so"), _now, _now);
            states.Add(BackendStates.NameOf(board.StateOf(backend)));
        }

        return string.Join(' ', states);
    }

    private (HealthBoard Board, Pool Pool) Create(HealthRules rules, int backends)
    {
        var pool = new Pool(
            Enumerable.Range(1, backends).Select(number => new Backend($"b{number}", number - 1)),
            new RoundRobin());

        // Each look at the clock is a tick later, as in the real world.
        return (new HealthBoard(pool, rules, _events, () => _now += TimeSpan.FromTicks(1)), pool);
    }
}
