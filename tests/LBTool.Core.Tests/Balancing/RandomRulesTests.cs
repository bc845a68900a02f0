using LBTool.Core.Balancing;
using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Balancing;

public class RandomRulesTests
{
    private const int Picks = 100_000;

    // Chi-square with 9 degrees of freedom is above 33.7 once in 10,000 seeds.
    private const double Bound = 33.7;

    [Fact]
    public void Random_is_uniform() =>
        Assert.InRange(ChiSquare(new UniformRandom(new RandomStream(1)), Enumerable.Repeat(1.0, 10).ToArray(), byWeight: false), 0, Bound);

    [Fact]
    public void Random_ignores_weights() =>
        Assert.InRange(ChiSquare(new UniformRandom(new RandomStream(2)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], byWeight: false), 0, Bound);

    [Theory]
    [InlineData(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)]
    [InlineData(100.0, 1.0, 1.0, 1.0, 0.5, 0.5, 30.0, 30.0, 7.0, 0.1)]
    [InlineData(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)]
    public void Weighted_random_follows_weights(params double[] weights) =>
        Assert.InRange(ChiSquare(new WeightedRandom(new RandomStream(3)), weights, byWeight: true), 0, Bound);

    // One of 1,000 has half of all weight. In-flight / weight levels out, so unended leases follow the weights. A light
    // one's load moves in steps of 1, so the heavy one's may lie half a step off: 999 / 2.
    [Fact]
    public void Two_choices_by_weight_level_out_at_the_weights()
    {
        var pool = Pools.Of(new PowerOfTwoChoices(new RandomStream(4)), [999, .. Enumerable.Repeat(1.0, 999)]);
        for (var i = 0; i < 10_000; i++)
        {
            pool.Take();
        }

        Assert.InRange(pool.Backends[0].InFlight, 4500, 5500);
    }

    private static double ChiSquare(Balancer rule, double[] weights, bool byWeight)
    {
        var pool = Pools.Of(rule, weights);
        for (var i = 0; i < Picks; i++)
        {
            pool.Take();
        }

        return pool.Backends.Sum(backend =>
        {
            var expected = Picks * (byWeight ? backend.Weight / weights.Sum() : 1.0 / weights.Length);
            return (backend.InFlight - expected) * (backend.InFlight - expected) / expected;
        });
    }
}
