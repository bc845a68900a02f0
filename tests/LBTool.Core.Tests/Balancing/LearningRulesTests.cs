using LBTool.Core.Balancing;
using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Balancing;

/// <summary>The rules that learn from how leases end, one request at a time, 100 a second, 10 ms each.</summary>
public class LearningRulesTests
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Decay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Penalty = TimeSpan.FromSeconds(1);

    private static PeakEwma Ewma => new(new RandomStream(1), Decay, Penalty);

    private static LeastResponseTime ResponseTime => new(new RandomStream(2), Decay);

    // A failure costs 1 s, which sinks to 10 ms in decay * ln(100) = 46 s, and lower than the others' own sinking means
    // somewhat earlier or later. One failure in half that time would be 1 of 2,300 requests; 1/n is 1 of 5.
    [Fact]
    public void A_backend_that_fails_fast_gets_far_less_than_its_share()
    {
        var run = new Run(Ewma, backends: 5) { Behave = (backend, _) => backend == 0 ? (TimeSpan.FromMilliseconds(1), false) : (Usual, true) };
        run.Until(TimeSpan.FromSeconds(200));
        Assert.InRange(run.Picks[0], 2, 20_000 / 2300);
    }

    // The trap that is documented: idle because it fails at once, it wins or ties every time; ties give it its 1/5 of
    // 20,000, Binomial deviation 57, of which five are allowed.
    [Fact]
    public void Least_connections_does_not_notice_a_backend_that_fails_fast()
    {
        var run = new Run(new LeastConnections(new RandomStream(3)), backends: 5)
        {
            Behave = (backend, _) => backend == 0 ? (TimeSpan.FromMilliseconds(1), false) : (Usual, true),
        };
        run.Until(TimeSpan.FromSeconds(200));
        Assert.True(run.Picks[0] >= 4000 - 285, $"{run.Picks[0]}");
    }

    // Slow at 1 s until 30 s. Its mean sinks from 1 s to 10 ms in 46 s, so it is asked again after 46 s at the latest,
    // and has its full share after one good answer: 1/5 of the 100 requests a second of the last 20 s is 400.
    [Fact]
    public void A_healed_backend_is_back_after_its_worst_sample_has_faded()
    {
        var healed = TimeSpan.FromSeconds(30);
        var run = new Run(Ewma, backends: 5)
        {
            Behave = (backend, now) => backend == 0 && now < healed ? (Penalty, true) : (Usual, true),
        };
        run.Until(healed);
        Assert.InRange(run.Picks[0], 1, 10);
        run.Until(TimeSpan.FromSeconds(80));
        var before = run.Picks[0];
        run.Until(TimeSpan.FromSeconds(100));
        Assert.InRange(run.Picks[0] - before, 200, 800);
    }

    // The fastest is always idle and wins. A forgotten one goes towards 5 ms: that of 20 ms is below 10 ms again when a
    // third of it is left, after 11 s, that of 30 ms after 16 s.
    [Fact]
    public void Least_response_time_prefers_the_fast_and_forgets_the_slow()
    {
        var run = new Run(ResponseTime, backends: 3) { Behave = (backend, _) => (Usual * (backend + 1), true) };
        run.Until(TimeSpan.FromSeconds(100));
        Assert.True(run.Picks[0] > 9000, string.Join(' ', run.Picks));
        Assert.All(run.Picks[..3], picks => Assert.True(picks >= 4, "nobody starves"));
    }

    // A newcomer looks better than it is until it has answered once, and is then as good as the others.
    [Fact]
    public void A_backend_without_samples_neither_wins_everything_nor_starves()
    {
        var run = new Run(ResponseTime, backends: 4);
        run.Until(TimeSpan.FromSeconds(50));
        run.Pool.Add("b5", 1, TimeSpan.Zero);
        run.Until(TimeSpan.FromSeconds(100));
        Assert.InRange(run.Picks[4], 100, 4000);
    }

    [Fact]
    public void What_was_learned_survives_a_change_of_the_pool()
    {
        var run = new Run(Ewma, backends: 5) { Behave = (backend, _) => backend == 0 ? (Usual, false) : (Usual, true) };
        run.Until(TimeSpan.FromSeconds(10));
        var before = run.Picks[0];
        run.Pool.Add("b6", 1, TimeSpan.Zero);
        run.Pool.SetAvailable(run.Pool.Backends[0], false, TimeSpan.Zero);
        run.Pool.SetAvailable(run.Pool.Backends[0], true, TimeSpan.Zero);
        run.Until(TimeSpan.FromSeconds(20));
        Assert.Equal(before, run.Picks[0]);
    }

    // A client that gave up after 20 ms says that a request takes 20 ms or more, not that the backend failed.
    [Theory]
    [InlineData(LeaseOutcome.Abandoned)]
    [InlineData(LeaseOutcome.Cut)]
    public void A_backend_is_not_punished_for_what_was_given_up(LeaseOutcome outcome)
    {
        var run = new Run(Ewma, backends: 2);
        run.Until(TimeSpan.FromSeconds(5));
        run.GiveUp(backend: 0, TimeSpan.FromMilliseconds(20), outcome);
        var before = run.Picks[0];
        run.Until(TimeSpan.FromSeconds(25));

        // Its 20 ms fade to the usual 10 ms in decay * ln 2 = 7 s; then it has its half of 100 a second.
        Assert.InRange(run.Picks[0] - before, 500, 1300);
    }

    [Fact]
    public void A_backend_that_lets_everybody_wait_is_left_all_the_same()
    {
        var run = new Run(Ewma, backends: 2);
        run.Until(TimeSpan.FromSeconds(5));
        run.GiveUp(backend: 0, Penalty, LeaseOutcome.Abandoned);
        run.GiveUp(backend: 0, TimeSpan.FromMilliseconds(1), LeaseOutcome.Abandoned);
        var before = run.Picks[0];
        run.Until(TimeSpan.FromSeconds(25));

        Assert.Equal(before, run.Picks[0]);
    }

    // Such a backend is no candidate, and gets the requests of its sessions all the same.
    [Theory]
    [InlineData("peak-ewma")]
    [InlineData("least-response-time")]
    public void A_backend_of_weight_0_can_end_a_lease(string rule)
    {
        var pool = Pools.Of(Pools.Rule(rule), 1, 0);

        Assert.True(pool.TryTakeFrom(pool.Backends[1], TimeSpan.Zero, out var lease));
        lease.End(Usual, LeaseOutcome.Ok);
        Assert.Equal(0, pool.InFlight);
    }

    // Its stamps are 32 bits of 10 µs: they come again after 12 hours, and half of that must not look like the future.
    [Theory]
    [InlineData(1)]
    [InlineData(5.9)]
    [InlineData(6.1)]
    [InlineData(11.9)]
    public void A_mean_is_forgotten_after_hours(double hours)
    {
        var mean = default(DecayingMean);
        mean.Add(1000, TimeSpan.FromSeconds(1), Decay);

        Assert.Equal(0, mean.Read(TimeSpan.FromHours(hours), Decay).Left);
        Assert.Equal(1, mean.Read(TimeSpan.Zero, Decay).Left);
    }


    private sealed class Run(Balancer rule, int backends)
    {
        private TimeSpan _now;

        public Pool Pool { get; } = Pools.Of(rule, [.. Enumerable.Repeat(1.0, backends)]);

        public int[] Picks { get; } = new int[10];

        public Func<int, TimeSpan, (TimeSpan Latency, bool Ok)> Behave { get; init; } = (_, _) => (Usual, true);

        public void GiveUp(int backend, TimeSpan waited, LeaseOutcome outcome)
        {
            Assert.True(Pool.TryTakeFrom(Pool.Backends[backend], _now, out var lease));
            lease.End(_now + waited, outcome);
        }

        public void Until(TimeSpan end)
        {
            for (; _now < end; _now += Usual)
            {
                var lease = Pool.Take(_now);
                Picks[lease.Backend.Index]++;
                var (latency, ok) = Behave(lease.Backend.Index, _now);
                lease.End(_now + latency, ok ? LeaseOutcome.Ok : LeaseOutcome.ServerError);
            }
        }
    }
}
