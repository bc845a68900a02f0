using CsCheck;
using LBTool.Core.Balancing;

namespace LBTool.Core.Tests.Balancing;

public class WeightedRoundRobinTests
{
    // nginx's own example for 5:1:1; the others by hand.
    [Theory]
    [InlineData("1 1 2 1 3 1 1", 5.0, 1.0, 1.0)]
    [InlineData("1 1 1 2 1 1", 5.0, 1.0)]
    [InlineData("1 2 1", 2.0, 1.0)]
    [InlineData("1 2 1", 0.5, 0.25)]
    [InlineData("1 2 3", 7.0, 7.0, 7.0)]
    public void Turns_are_spread_as_nginx_spreads_them(string expected, params double[] weights)
    {
        var pool = Pools.Of(new WeightedRoundRobin(), weights);
        var period = expected.Split(' ').Select(number => $"b{number}").ToArray();
        Assert.Equal(period.Concat(period), PicksOf(pool, 2 * period.Length));
    }

    [Fact]
    public void In_bursts_a_backend_has_its_turns_in_a_row()
    {
        var pool = Pools.Of(new WeightedRoundRobin(burst: true), 3, 1);
        Assert.Equal(["b1", "b1", "b1", "b2", "b1", "b1", "b1", "b2"], PicksOf(pool, 8));
    }

    // The rule as it is written, with every backend looked at in every step.
    [Fact]
    public void The_sequence_is_that_of_the_plain_rule() => Gen.Int[1, 9].Array[2, 12].Sample(
        weights =>
        {
            var pool = Pools.Of(new WeightedRoundRobin(), [.. weights.Select(weight => (double)weight)]);
            var has = new int[weights.Length];
            foreach (var picked in PicksOf(pool, 100))
            {
                for (var i = 0; i < has.Length; i++)
                {
                    has[i] += weights[i];
                }

                var winner = Array.IndexOf(has, has.Max());
                has[winner] -= weights.Sum();
                Assert.Equal($"b{winner + 1}", picked);
            }
        },
        iter: 300);

    // Weights whose period would be endless are rounded to 1/349,525 of the largest (2^20 / 3).
    [Fact]
    public void Odd_weights_are_kept_within_a_hundred_thousandth()
    {
        double[] weights = [Math.PI, Math.E, 1 / 3.0];
        var pool = Pools.Of(new WeightedRoundRobin(), weights);
        const int Picks = 700_000;
        for (var i = 0; i < Picks; i++)
        {
            pool.Take();
        }

        for (var i = 0; i < weights.Length; i++)
        {
            Assert.Equal(weights[i] / weights.Sum(), pool.Backends[i].InFlight / (double)Picks, tolerance: 1e-5);
        }
    }

    [Fact]
    public void Ten_thousand_different_weights_make_a_period_within_bounds()
    {
        var pool = Pools.Of(new WeightedRoundRobin(), [.. Enumerable.Range(1, 10_000).Select(i => i / 10.0)]);
        for (var i = 0; i < 20_000; i++)
        {
            pool.Take();
        }

        // The heaviest 5,000 have three quarters of the weight; rounding to 1/20 and one period cut short are below 2 %.
        Assert.InRange(pool.Backends.Skip(5000).Sum(backend => backend.InFlight), 14_600, 15_400);
    }

    // As slow start makes them: 1 % of the least weight.
    [Fact]
    public void Weights_that_round_to_nothing_take_turns()
    {
        var pool = Pools.Of(new WeightedRoundRobin(), Backend.LeastWeight, Backend.LeastWeight);
        foreach (var backend in pool.Backends)
        {
            backend.SetShare(1e-7);
        }

        pool.SetAvailable(pool.Backends[0], true, TimeSpan.Zero);
        Assert.Equal(["b1", "b2", "b1", "b2"], PicksOf(pool, 4));
    }

    // Written down under the pool's lock: 2^22 comparisons are some 20 ms, and 100 weights of 100 kinds had 2^26.
    [Fact]
    public void Many_odd_weights_are_rounded_until_they_cost_little()
    {
        double[] weights = [.. Enumerable.Range(1, 100).Select(i => 1 + (i * 0.01237))];
        var sequence = SmoothSequence.Of(weights);

        Assert.InRange(sequence.Length, 100, (1 << 22) / 100);
        for (var place = 0; place < weights.Length; place++)
        {
            Assert.Equal(weights[place] / weights.Sum(), sequence.Count(turn => turn == place) / (double)sequence.Length, tolerance: 3e-5);
        }
    }


    private static IEnumerable<string> PicksOf(Pool pool, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => pool.Take().Backend.Name)];
}
