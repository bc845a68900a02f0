using LBTool.Core.Arrivals;
using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Arrivals;

public class PoissonTests
{
    private const double Rate = 1000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(100);

    // The count is Poisson of mean 100,000 and deviation √100,000 = 316; 4 deviations are left once in 16,000 seeds.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_count_is_poisson(ulong seed) =>
        Assert.InRange(Instants(seed).Count, 100_000 - 1265, 100_000 + 1265);

    // Kolmogorov and Smirnov: the distance to the true distribution exceeds 1.95 / √n once in 1000 seeds.
    [Fact]
    public void Gaps_are_exponential()
    {
        var gaps = Gaps(seed: 4).Order().ToArray();

        var distance = gaps.Index().Max(gap =>
            Math.Abs(1 - Math.Exp(-Rate * gap.Item) - ((gap.Index + 0.5) / gaps.Length)));

        Assert.InRange(distance, 0, 1.95 / Math.Sqrt(gaps.Length));
    }

    // The correlation of n independent pairs has the deviation 1 / √n; 4 of them are left once in 16,000 seeds.
    [Fact]
    public void A_gap_says_nothing_about_the_next()
    {
        var gaps = Gaps(seed: 5);
        var mean = gaps.Average();
        var variance = gaps.Average(gap => (gap - mean) * (gap - mean));

        var correlation = gaps.Zip(gaps.Skip(1), (a, b) => (a - mean) * (b - mean)).Average() / variance;

        Assert.InRange(correlation, -4 / Math.Sqrt(gaps.Count), 4 / Math.Sqrt(gaps.Count));
    }

    [Fact]
    public void Instants_ascend_within_the_duration()
    {
        var instants = Instants(seed: 6);

        Assert.True(instants[0] > TimeSpan.Zero, "the first comes one gap after 0");
        Assert.True(instants[^1] < Duration, "none at or after the end");
        Assert.All(instants.Zip(instants.Skip(1)), pair => Assert.True(pair.First <= pair.Second, "never back in time"));
    }

    [Fact]
    public void The_same_seed_gives_the_same_schedule() => Assert.Equal(Instants(seed: 7), Instants(seed: 7));

    private static List<TimeSpan> Instants(ulong seed) =>
        PacerTests.All(new Poisson(Rate, Duration, new RandomStream(seed)));

    private static List<double> Gaps(ulong seed)
    {
        var instants = Instants(seed);
        return [.. instants.Zip(instants.Skip(1), (a, b) => (b - a).TotalSeconds)];
    }
}
