using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Measurements;

namespace LBTool.Core.Tests.Health;

/// <summary>Passive checks in virtual time, one request a call.</summary>
public class PassiveCheckTests
{
    private static readonly PassiveCheck ThreeInARow = new() { Consecutive = 3, Ejection = Seconds(10), MaxEjection = Seconds(25) };

    private readonly EventBook _events = new();
    private readonly SortedSet<TimeSpan> _due = [];
    private TimeSpan _now;

    [Fact]
    public void The_last_failure_in_a_row_ejects_and_one_success_in_between_saves()
    {
        var (board, pool) = Create(ThreeInARow);
        var b1 = pool.Backends[0];

        End(board, b1, LeaseOutcome.ServerError, LeaseOutcome.Broken, LeaseOutcome.Ok, LeaseOutcome.Timeout, LeaseOutcome.ConnectFailed);
        Assert.Equal(BackendState.Up, board.StateOf(b1));

        End(board, b1, LeaseOutcome.ServerError);
        Assert.Equal(BackendState.Ejected, board.StateOf(b1));
        Assert.False(b1.IsAvailable);
        Assert.Equal("b1 is ejected: 3 failures in a row; for 10s", _events.All.Single().Text);
    }

    [Fact]
    public void What_says_nothing_about_the_backend_is_not_counted()
    {
        var (board, pool) = Create(ThreeInARow);

        End(board, pool.Backends[0], LeaseOutcome.ServerError, LeaseOutcome.ServerError, LeaseOutcome.Abandoned, LeaseOutcome.Abandoned);
        Assert.Equal(BackendState.Up, board.StateOf(pool.Backends[0]));
        End(board, pool.Backends[0], LeaseOutcome.ServerError);
        Assert.Equal(BackendState.Ejected, board.StateOf(pool.Backends[0]));
    }

    [Theory]
    [InlineData(429, FailureKinds.TooManyRequests)]
    [InlineData(404, FailureKinds.NotFound)]
    public void Statuses_429_and_404_count_only_when_asked_for(int status, FailureKinds kind)
    {
        foreach (var counts in new[] { false, true })
        {
            var (board, pool) = Create(ThreeInARow with { Failures = counts ? kind : FailureKinds.ServerError });
            for (var request = 0; request < 3; request++)
            {
                board.ObserveLease(pool.Backends[0], LeaseOutcome.Ok, status, TimeSpan.Zero, _now);
            }

            Assert.Equal(counts ? BackendState.Ejected : BackendState.Up, board.StateOf(pool.Backends[0]));
        }
    }

    [Fact]
    public void A_failure_rate_ejects_once_there_are_requests_enough()
    {
        var (board, pool) = Create(new PassiveCheck { Consecutive = null, FailureRate = 0.5, MinRequests = 10, Window = Seconds(10) });
        var b1 = pool.Backends[0];

        // 4 of 8 failed, which is the rate, of too few.
        for (var pair = 0; pair < 4; pair++)
        {
            End(board, b1, LeaseOutcome.Ok, LeaseOutcome.Broken);
        }

        End(board, b1, LeaseOutcome.Ok);
        Assert.Equal(BackendState.Up, board.StateOf(b1));
        End(board, b1, LeaseOutcome.Broken);
        Assert.Equal(BackendState.Ejected, board.StateOf(b1));
        Assert.Contains("5 of the last 10 requests failed", _events.All.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_older_than_the_window_does_not_count()
    {
        var (board, pool) = Create(new PassiveCheck { Consecutive = null, FailureRate = 0.5, MinRequests = 10, Window = Seconds(10) });
        var b1 = pool.Backends[0];
        End(board, b1, [.. Enumerable.Repeat(LeaseOutcome.Broken, 9)]);

        _now += Seconds(10);
        End(board, b1, [.. Enumerable.Repeat(LeaseOutcome.Ok, 9)]);
        End(board, b1, LeaseOutcome.Broken);

        Assert.Equal(BackendState.Up, board.StateOf(b1));
    }

    [Fact]
    public void A_backend_that_is_much_slower_than_the_others_is_ejected_at_the_next_look()
    {
        var (board, pool) = Create(new PassiveCheck { Consecutive = null, LatencyFactor = 3, MinRequests = 10, Window = Seconds(10) });
        Assert.Equal(Seconds(1), _due.Single());
        foreach (var (backend, ms) in pool.Backends.Zip([31, 9, 10, 11]))
        {
            for (var request = 0; request < 10; request++)
            {
                board.ObserveLease(backend, LeaseOutcome.Ok, 200, TimeSpan.FromMilliseconds(ms), _now);
            }
        }

        Assert.Equal(BackendState.Up, board.StateOf(pool.Backends[0]));
        Advance(board, Seconds(1));

        Assert.Equal(BackendState.Ejected, board.StateOf(pool.Backends[0]));
        Assert.Equal("b1 is ejected: mean latency 31ms, and the median of the others' is 10ms; for 30s", _events.All.Single().Text);
        Assert.All(pool.Backends.Skip(1), backend => Assert.Equal(BackendState.Up, board.StateOf(backend)));
        Assert.Contains(Seconds(2), _due);
    }

    [Fact]
    public void Ejections_grow_with_each_one_up_to_a_limit_and_shrink_when_all_is_well()
    {
        var (board, pool) = Create(ThreeInARow with { Return = ReturnBy.AtOnce });
        var b1 = pool.Backends[0];

        Assert.Equal(Seconds(10), LengthOfNextEjection(board, b1));
        Assert.Equal(Seconds(20), LengthOfNextEjection(board, b1));
        Assert.Equal(Seconds(25), LengthOfNextEjection(board, b1)); // 30 s, but for the limit

        // Two times 10 s without any: two fewer, and this one makes the 2nd.
        _now += Seconds(20);
        Assert.Equal(Seconds(20), LengthOfNextEjection(board, b1));
        _now += Seconds(1000);
        Assert.Equal(Seconds(10), LengthOfNextEjection(board, b1));
    }

    [Fact]
    public void No_more_than_a_share_is_ejected_at_a_time_and_the_others_are_spared_with_a_note()
    {
        var (board, pool) = Create(ThreeInARow with { MaxEjected = 0.5 }, backends: 5);
        foreach (var backend in pool.Backends)
        {
            End(board, backend, [.. Enumerable.Repeat(LeaseOutcome.Broken, 6)]);
        }

        Assert.Equal(["b3", "b4", "b5"], Enumerable.Range(0, pool.Candidates.Count).Select(place => pool.Candidates[place].Name));
        Assert.Equal(["b3", "b4", "b5"], _events.All.Where(happened => happened.Kind == RunEventKind.Spared).Select(happened => happened.Text[..2]));
    }

    [Fact]
    public void Of_a_small_pool_one_may_always_be_ejected()
    {
        var (board, pool) = Create(ThreeInARow with { MaxEjected = 0.1 }, backends: 3);

        End(board, pool.Backends[0], [.. Enumerable.Repeat(LeaseOutcome.Broken, 3)]);

        Assert.Equal(BackendState.Ejected, board.StateOf(pool.Backends[0]));
    }

    [Fact]
    public void Exactly_one_request_is_the_trial_and_brings_it_back()
    {
        var (board, pool) = Create(ThreeInARow);
        var b1 = pool.Backends[0];
        var old = Take(pool, b1);
        End(board, b1, [.. Enumerable.Repeat(LeaseOutcome.Broken, 3)]);
        Assert.False(board.TryTakeTrial(null, _now, out _), "its time is not over");

        Advance(board, _due.Max);
        Assert.True(board.TryTakeTrial(null, _now, out var trial));
        Assert.False(board.TryTakeTrial(null, _now, out _), "one request is the trial");
        Assert.Equal(BackendState.Ejected, board.StateOf(b1));

        // One from before the ejection is not the trial.
        _now += Seconds(1);
        board.ObserveLease(b1, LeaseOutcome.Ok, 200, _now - old.Start, _now);
        Assert.Equal(BackendState.Ejected, board.StateOf(b1));

        board.ObserveLease(b1, LeaseOutcome.Ok, 200, _now - trial.Start, _now);
        Assert.Equal(BackendState.Up, board.StateOf(b1));
        Assert.True(b1.IsAvailable);
    }

    [Fact]
    public void A_trial_that_fails_ejects_for_longer_and_one_that_is_given_up_is_tried_again()
    {
        var (board, pool) = Create(ThreeInARow);
        var b1 = pool.Backends[0];
        End(board, b1, [.. Enumerable.Repeat(LeaseOutcome.Broken, 3)]);
        Advance(board, _due.Max);

        Assert.True(board.TryTakeTrial(null, _now, out var given));
        board.ObserveLease(b1, LeaseOutcome.Abandoned, 0, _now - given.Start, _now);
        Assert.True(board.TryTakeTrial(null, _now, out var failed));
        board.ObserveLease(b1, LeaseOutcome.ServerError, 500, _now - failed.Start, _now);

        Assert.False(board.TryTakeTrial(null, _now, out _));
        Assert.Equal(_now + Seconds(20), _due.Max);
        Assert.Equal("b1 is ejected: its trial request failed (ServerError); for 20s", _events.All[^1].Text);
    }

    [Fact]
    public void A_request_of_a_session_is_the_trial_of_its_own_backend_only()
    {
        var (board, pool) = Create(ThreeInARow);
        End(board, pool.Backends[0], [.. Enumerable.Repeat(LeaseOutcome.Broken, 3)]);
        Advance(board, _due.Max);

        Assert.False(board.TryTakeTrial(pool.Backends[1], _now, out _));
        Assert.True(board.TryTakeTrial(pool.Backends[0], _now, out var trial));
        Assert.Same(pool.Backends[0], trial.Backend);
    }

    [Theory]
    [InlineData(AdminState.Disabled)]
    [InlineData(AdminState.Drained)]
    public void A_trial_that_fails_where_people_have_taken_the_backend_out_is_no_change_of_its_state(AdminState wanted)
    {
        var (board, pool) = Create(ThreeInARow);
        var b1 = pool.Backends[0];
        End(board, b1, [.. Enumerable.Repeat(LeaseOutcome.Broken, 3)]);
        Advance(board, _due.Max);
        Assert.True(board.TryTakeTrial(null, _now, out var trial));
        board.SetAdmin(b1, wanted, _now);
        var before = _events.All.Length;

        board.ObserveLease(b1, LeaseOutcome.ServerError, 500, _now - trial.Start, _now);

        Assert.Equal(before, _events.All.Length);
        board.SetAdmin(b1, AdminState.Ready, _now);
        Assert.Equal(BackendState.Ejected, board.StateOf(b1));
    }

    // 0.58 * 50 is 28.999999999999996.
    [Fact]
    public void A_share_that_is_a_whole_number_of_backends_is_that_number()
    {
        var (board, pool) = Create(ThreeInARow with { MaxEjected = 0.58 }, backends: 50);
        foreach (var backend in pool.Backends)
        {
            End(board, backend, [.. Enumerable.Repeat(LeaseOutcome.Broken, 3)]);
        }

        Assert.Equal(29, pool.Backends.Count(backend => board.StateOf(backend) == BackendState.Ejected));
    }

    [Theory]
    [InlineData(false, BackendState.Ejected)]
    [InlineData(true, BackendState.Up)]
    public void A_probe_that_passes_ends_an_ejection_only_when_asked_to(bool probesReadmit, BackendState expected)
    {
        var (board, pool) = Create(ThreeInARow with { ProbesReadmit = probesReadmit }, new ActiveCheck(Seconds(1), Seconds(1), 2, 2));
        var b1 = pool.Backends[0];
        End(board, b1, [.. Enumerable.Repeat(LeaseOutcome.Broken, 3)]);

        board.ObserveProbe(b1, new ProbeResult(true, "status 200"), _now, _now);

        Assert.Equal(expected, board.StateOf(b1));
    }

    [Fact]
    public void A_trial_waits_until_probes_pass_again()
    {
        var (board, pool) = Create(ThreeInARow, new ActiveCheck(Seconds(1), Seconds(1), 1, 1));
        var b1 = pool.Backends[0];
        End(board, b1, [.. Enumerable.Repeat(LeaseOutcome.Broken, 3)]);
        board.ObserveProbe(b1, new ProbeResult(false, "status 503"), _now, _now);
        Assert.Equal(BackendState.Down, board.StateOf(b1));

        Advance(board, _due.Max);
        Assert.False(board.TryTakeTrial(null, _now, out _));

        board.ObserveProbe(b1, new ProbeResult(true, "status 200"), _now, _now);
        Assert.Equal(BackendState.Ejected, board.StateOf(b1));
        Assert.True(board.TryTakeTrial(null, _now, out _));
    }

    [Fact]
    public async Task Many_threads_eject_each_backend_once()
    {
        var (board, pool) = Create(ThreeInARow with { MaxEjected = 1 }, backends: 4);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () =>
            {
                for (var request = 0; request < 1_000; request++)
                {
                    board.ObserveLease(pool.Backends[request % 4], LeaseOutcome.Broken, 0, TimeSpan.Zero, TimeSpan.Zero);
                }
            },
            TestContext.Current.CancellationToken)));

        Assert.Equal(["b1", "b2", "b3", "b4"], _events.All
            .Where(happened => happened is { Kind: RunEventKind.StateChange, Name: "ejected" }).Select(happened => happened.Text[..2]).Order());
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static Lease Take(Pool pool, Backend backend)
    {
        Assert.True(pool.TryTakeFrom(backend, TimeSpan.Zero, out var lease));
        return lease;
    }

    private TimeSpan LengthOfNextEjection(HealthBoard board, Backend backend)
    {
        var from = _now;
        End(board, backend, [.. Enumerable.Repeat(LeaseOutcome.Broken, 3)]);
        Assert.Equal(BackendState.Ejected, board.StateOf(backend));
        Advance(board, _due.Max);
        Assert.Equal(BackendState.Up, board.StateOf(backend));
        return _now - from;
    }

    private void End(HealthBoard board, Backend backend, params LeaseOutcome[] outcomes)
    {
        foreach (var outcome in outcomes)
        {
            board.ObserveLease(backend, outcome, outcome == LeaseOutcome.ServerError ? 500 : 200, TimeSpan.FromMilliseconds(10), _now);
        }
    }

    private void Advance(HealthBoard board, TimeSpan to)
    {
        _now = to;
        board.Advance(to);
    }

    private (HealthBoard Board, Pool Pool) Create(PassiveCheck check, ActiveCheck? active = null, int backends = 4)
    {
        var pool = new Pool(Enumerable.Range(1, backends).Select(number => new Backend($"b{number}", number - 1)), new RoundRobin());
        var board = new HealthBoard(pool, new HealthRules(active, check), _events, () => _now)
        {
            Due = at =>
            {
                lock (_due)
                {
                    _due.Add(at);
                }
            },
        };
        board.Begin();
        return (board, pool);
    }
}
