using LBTool.Core.Arrivals;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Arrivals;

public class RequestMixTests
{
    private const int Draws = 100_000;

    private static readonly Load Load = new(
        Executor.ConstantArrivalRate, 100, 0, ArrivalSpacing.Uniform, TimeSpan.FromSeconds(10), TimeSpan.Zero, Clients: 3, TimeSpan.FromSeconds(1));

    [Fact]
    public void Clients_take_turns_and_so_do_the_sessions_of_each()
    {
        var mix = new RequestMix(Load with { Sessions = 2 }, seed: 1);
        Assert.Equal([0, 1, 2, 0, 1, 2, 0], Numbers(7).Select(mix.ClientOf));
        Assert.Equal([0, 0, 0, 1, 1, 1, 0], Numbers(7).Select(mix.SessionOf));
    }

    [Fact]
    public void Without_keys_a_client_is_its_own() =>
        Assert.Equal([0, 1, 2, 0], Numbers(4).Select(new RequestMix(Load, seed: 1).KeyOf));

    [Fact]
    public void Keys_follow_the_seed_and_nothing_else()
    {
        var skewed = Load with { Keys = new KeySpec(1000, 1) };
        var keys = Numbers(1000).Select(new RequestMix(skewed, seed: 1).KeyOf).ToArray();
        Assert.Equal(keys.Reverse(), Numbers(1000).Reverse().Select(new RequestMix(skewed, seed: 1).KeyOf));
        Assert.NotEqual(keys, Numbers(1000).Select(new RequestMix(skewed, seed: 2).KeyOf));
    }

    // A count has a deviation of sqrt(n p (1 − p)); five of them are allowed, and each key of the first ten is looked at.
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void Popularity_follows_zipf(double skew)
    {
        const int Keys = 50;
        var mix = new RequestMix(Load with { Keys = new KeySpec(Keys, skew) }, seed: 7);
        var counts = Numbers(Draws).Select(mix.KeyOf).CountBy(key => key).ToDictionary();
        var sum = Enumerable.Range(1, Keys).Sum(rank => Math.Pow(rank, -skew));
        Assert.All(counts.Keys, key => Assert.InRange(key, 0, Keys - 1));
        for (var rank = 1; rank <= 10; rank++)
        {
            var share = Math.Pow(rank, -skew) / sum;
            var spread = 5 * Math.Sqrt(Draws * share * (1 - share));
            Assert.InRange(counts[rank - 1], (Draws * share) - spread, (Draws * share) + spread);
        }
    }

    private static IEnumerable<long> Numbers(int count) => Enumerable.Range(1, count).Select(number => (long)number);
}
