using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Randomness;

public class RandomStreamTests
{
    [Fact]
    public void Equal_seed_and_name_give_equal_streams()
    {
        var first = RandomStream.Derive(42, "arrivals");
        var second = RandomStream.Derive(42, "arrivals");
        Assert.Equal(Draws(first, 100), Draws(second, 100));
    }

    [Theory]
    [InlineData(42, "backend/b2")]
    [InlineData(43, "backend/b1")]
    public void Another_name_or_seed_gives_another_stream(ulong seed, string name) =>
        Assert.Empty(Draws(RandomStream.Derive(42, "backend/b1"), 1000).Intersect(Draws(RandomStream.Derive(seed, name), 1000)));

    // The reference implementation's first outputs for seed 1234567 (Vigna's splitmix64.c).
    [Fact]
    public void The_stream_is_SplitMix64() => Assert.Equal(
        [6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL],
        Draws(new RandomStream(1234567), 3));

    // χ² with 9 degrees of freedom exceeds 27.9 with probability 0.001; the seed is fixed, so this is decided once.
    [Fact]
    public void Next_is_uniform()
    {
        var random = new RandomStream(7);
        var counts = new int[10];
        for (var i = 0; i < 100_000; i++)
        {
            counts[random.Next(10)]++;
        }

        Assert.True(counts.Sum(count => Math.Pow(count - 10_000, 2) / 10_000) < 27.9);
    }

    [Fact]
    public void Relaxed_draws_are_the_same_stream() =>
        Assert.Equal(Draw(new RandomStream(5), random => random.Next(10)), Draw(new RandomStream(5), random => random.PickOne(10)));

    // 20 ordered pairs of 5, χ² with 19 degrees of freedom exceeds 43.8 with probability 0.001.
    [Fact]
    public void Pairs_are_distinct_and_uniform()
    {
        var random = new RandomStream(8);
        var counts = new Dictionary<(int, int), int>();
        for (var i = 0; i < 100_000; i++)
        {
            var pair = random.PickTwo(5);
            Assert.NotEqual(pair.First, pair.Second);
            counts[pair] = counts.GetValueOrDefault(pair) + 1;
        }

        Assert.Equal(20, counts.Count);
        Assert.True(counts.Values.Sum(count => Math.Pow(count - 5000, 2) / 5000) < 43.8);
    }

    // The mean of n exponential draws has deviation mean/√n = 0.1 ms here; five of them are allowed.
    [Fact]
    public void Exponential_has_its_mean()
    {
        var random = new RandomStream(9);
        var mean = Enumerable.Range(0, 10_000).Average(_ => random.NextExponential(10));
        Assert.InRange(mean, 9.5, 10.5);
    }

    [Fact]
    public void Threads_together_draw_what_one_would_draw()
    {
        var shared = new RandomStream(11);
        var alone = Draws(new RandomStream(11), 40_000).Order();
        var together = new ulong[4][];
        Parallel.For(0, 4, thread => together[thread] = Draws(shared, 10_000));
        Assert.Equal(alone, together.SelectMany(draws => draws).Order());
    }

    private static ulong[] Draws(RandomStream random, int count) => Draw(random, stream => stream.NextUInt64(), count);

    private static T[] Draw<T>(RandomStream random, Func<RandomStream, T> draw, int count = 100) =>
        [.. Enumerable.Range(0, count).Select(_ => draw(random))];
}
