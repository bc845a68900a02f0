using LBTool.Core.Balancing;
using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Balancing;

public class LeastConnectionsTests
{
    private static LeastConnections Rule => new(new RandomStream(1));

    [Fact]
    public void Unended_leases_fill_the_pool_level()
    {
        var pool = Pools.Of(Rule, 1, 1, 1, 1);
        for (var i = 0; i < 40; i++)
        {
            pool.Take();
            Assert.InRange(pool.Backends.Max(backend => backend.InFlight) - pool.Backends.Min(backend => backend.InFlight), 0, 1);
        }
    }

    [Fact]
    public void In_flight_follows_weight()
    {
        var pool = Pools.Of(Rule, 3, 1);
        for (var i = 0; i < 40; i++)
        {
            pool.Take();
        }

        Assert.Equal([30, 10], pool.Backends.Select(backend => backend.InFlight));
    }

    // The trap that balancers fall into: an idle pool with ties broken by index sends everything to the first.
    // Two tied of three: Binomial(3000, 1/2) has deviation 27.4; five are allowed.
    [Fact]
    public void Ties_break_at_random_among_the_tied_only()
    {
        var pool = Pools.Of(Rule, 1, 1, 1);
        var busy = pool.Take().Backend;
        var counts = new int[3];
        for (var i = 0; i < 3000; i++)
        {
            var lease = pool.Take();
            counts[lease.Backend.Index]++;
            lease.EndOk();
        }

        Assert.Equal(0, counts[busy.Index]);
        Assert.All(pool.Backends.Where(backend => backend != busy), backend => Assert.InRange(counts[backend.Index], 1363, 1637));
    }
}
