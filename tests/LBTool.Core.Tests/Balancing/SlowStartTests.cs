using LBTool.Core.Balancing;

namespace LBTool.Core.Tests.Balancing;

public class SlowStartTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(1, 0, 0.1)]
    [InlineData(1, 0.5, 0.1)]
    [InlineData(1, 3.7, 0.37)]
    [InlineData(1, 9.999, 1)]
    [InlineData(1, 10, 1)]
    [InlineData(1, 1000, 1)]
    [InlineData(2, 2.5, 0.5)]
    [InlineData(0.5, 5, 0.25)]
    [InlineData(2, -1, 0.1)]
    public void The_share_grows_with_age_as_in_envoy(double aggression, double age, double share) =>
        Assert.Equal(share, new SlowStart(Window, aggression).ShareAt(TimeSpan.FromSeconds(age)));

    [Fact]
    public void It_has_the_least_share_from_the_beginning() =>
        Assert.Equal(0.4, new SlowStart(Window, Minimum: 0.4).ShareAt(TimeSpan.FromSeconds(3)));

    // Leases that are never ended, with the newcomer at half its weight: 0.5 of 3.5. The widest is the ring: its points
    // differ by 1/sqrt(80) = 11 %, and three deviations of that are allowed.
    [Theory]
    [InlineData("round-robin")]
    [InlineData("weighted-round-robin")]
    [InlineData("random")]
    [InlineData("weighted-random")]
    [InlineData("least-connections")]
    [InlineData("least-response-time")]
    [InlineData("power-of-two-choices")]
    [InlineData("consistent-hash")]
    [InlineData("maglev")]
    [InlineData("rendezvous")]
    [InlineData("bounded-load-hash")]
    public void Every_rule_with_weights_or_turns_gives_a_newcomer_its_part(string name)
    {
        var pool = Pools.Of(Pools.Rule(name), new SlowStart(Window), 1, 1, 1);
        var newcomer = pool.Add("b4", 1, TimeSpan.Zero);
        pool.Ramp(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 7000; i++)
        {
            pool.Take();
        }

        Assert.InRange(newcomer.InFlight, 670, 1330);
    }

    [Fact]
    public void A_share_is_on_top_of_the_weight()
    {
        var pool = Pools.Of(Pools.Rule("wrr"), new SlowStart(Window), 2, 4);
        pool.SetAvailable(pool.Backends[1], false, TimeSpan.Zero);
        pool.SetAvailable(pool.Backends[1], true, TimeSpan.Zero);
        pool.Ramp(Window / 2);
        var picks = Enumerable.Range(0, 100).Count(_ => pool.Take().Backend.Name == "b2");
        Assert.Equal(50, picks);
        Assert.Equal(4, pool.Backends[1].Weight);
    }

    [Fact]
    public void Nobody_ramps_at_the_start_of_a_run()
    {
        var pool = Pools.Of(Pools.Rule("rr"), new SlowStart(Window), 1, 1);
        Assert.All(pool.Backends, backend => Assert.Equal(1, backend.Share));
    }

    [Fact]
    public void Without_slow_start_a_backend_has_its_weight_at_once()
    {
        var pool = Pools.Of("rr", backends: 1);
        Assert.Equal(1, pool.Add("b2", 1, TimeSpan.Zero).Share);
    }

    // 20 steps of 5 %, each told once; what comes up in the meantime shares the steps.
    [Fact]
    public void Steps_are_told_one_after_the_other_until_all_have_their_weight()
    {
        var told = new List<TimeSpan>();
        var pool = new Pool([new Backend("b1", 0)], Pools.Rule("rr"), new SlowStart(Window)) { RampDue = told.Add };
        var first = pool.Add("b2", 1, TimeSpan.Zero);
        Backend? second = null;
        for (var step = 0; step < told.Count; step++)
        {
            pool.Ramp(told[step]);
            second ??= told[step] == Window / 2 ? pool.Add("b3", 1, Window / 2) : null;
        }

        Assert.Equal(Enumerable.Range(1, 30).Select(step => step * Window / 20), told);
        Assert.Equal((1, 1), (first.Share, second!.Share));
    }

    [Fact]
    public void A_backend_that_goes_away_on_its_ramp_starts_anew()
    {
        var pool = Pools.Of(Pools.Rule("rr"), new SlowStart(Window), 1, 1);
        var backend = pool.Backends[0];
        foreach (var seconds in (int[])[0, 5])
        {
            pool.SetAvailable(backend, false, TimeSpan.FromSeconds(seconds));
            pool.SetAvailable(backend, true, TimeSpan.FromSeconds(seconds));
            pool.Ramp(TimeSpan.FromSeconds(seconds + 4));
            Assert.Equal(0.4, backend.Share);
        }
    }

    [Fact]
    public void Saying_again_that_a_backend_is_up_does_not_set_it_back()
    {
        var pool = Pools.Of(Pools.Rule("rr"), new SlowStart(Window), 1, 1);
        pool.SetAvailable(pool.Backends[0], true, TimeSpan.FromSeconds(5));
        Assert.Equal(1, pool.Backends[0].Share);
    }

    [Fact]
    public void A_member_that_was_removed_comes_back_as_itself_to_its_place()
    {
        var pool = Pools.Of(Pools.Rule("rr"), new SlowStart(Window), 1, 1, 1);
        var backend = pool.Backends[1];
        var lease = pool.Take();
        while (lease.Backend != backend)
        {
            lease = pool.Take();
        }

        pool.Remove(backend, Window);
        Assert.Equal(1, backend.InFlight);
        pool.Add(backend, Window);
        Assert.Equal(["b1", "b2", "b3"], pool.Backends.Select(member => member.Name));
        Assert.Equal(0.1, backend.Share);
        lease.EndOk();
        Assert.Equal(0, backend.InFlight);
    }

    [Fact]
    public void A_backend_of_another_pool_cannot_be_added()
    {
        var stranger = Pools.Of("rr", backends: 1).Create("b9");
        Assert.Throws<ArgumentException>(() => Pools.Of("rr", backends: 1).Add(stranger, TimeSpan.Zero));
    }
}
