using LBTool.Core.Balancing;
using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Balancing;

public class PowerOfTwoChoicesTests
{
    // Draws without replacement never compare a backend with itself, so the single busiest can never win.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void The_busiest_is_never_picked(int choices)
    {
        var pool = Pools.Of(new PowerOfTwoChoices(new RandomStream(3), choices), 1, 1, 1, 1, 1);
        var busiest = pool.Take().Backend;
        for (var i = 0; i < 5000; i++)
        {
            var lease = pool.Take();
            Assert.NotSame(busiest, lease.Backend);
            lease.EndOk();
        }
    }

    // With one busy backend of n and the others idle, an idle one is picked with probability 1/(n-1) = 1/4:
    // Binomial(8000, 1/4) has deviation 38.7; five are allowed.
    [Fact]
    public void The_idle_share_the_rest_evenly()
    {
        var pool = Pools.Of(new PowerOfTwoChoices(new RandomStream(4)), 1, 1, 1, 1, 1);
        var busiest = pool.Take().Backend;
        var counts = new int[5];
        for (var i = 0; i < 8000; i++)
        {
            var lease = pool.Take();
            counts[lease.Backend.Index]++;
            lease.EndOk();
        }

        Assert.All(pool.Backends.Where(backend => backend != busiest), backend => Assert.InRange(counts[backend.Index], 1806, 2194));
    }

    [Fact]
    public void With_as_many_choices_as_backends_it_is_least_connections()
    {
        var pool = Pools.Of(new PowerOfTwoChoices(new RandomStream(5), choices: 4), 1, 1, 1, 1);
        for (var i = 0; i < 100; i++)
        {
            pool.Take();
            Assert.InRange(pool.Backends.Max(backend => backend.InFlight) - pool.Backends.Min(backend => backend.InFlight), 0, 1);
        }
    }

    [Fact]
    public void In_flight_counts_against_weight()
    {
        var pool = Pools.Of(new PowerOfTwoChoices(new RandomStream(6)), 4, 1);
        for (var i = 0; i < 50; i++)
        {
            pool.Take();
        }

        Assert.Equal([40, 10], pool.Backends.Select(backend => backend.InFlight));
    }
}
