using LBTool.Core.Balancing;

namespace LBTool.Core.Tests.Balancing;

public class RoundRobinTests
{
    [Fact]
    public void Backends_take_turns_from_the_first()
    {
        var pool = Pools.Of(new RoundRobin(), 1, 1, 1);
        var picks = Enumerable.Range(0, 7).Select(_ => pool.Take().Backend.Name);
        Assert.Equal(["b1", "b2", "b3", "b1", "b2", "b3", "b1"], picks);
    }

    [Fact]
    public void Threads_share_the_turns_exactly()
    {
        var pool = Pools.Of(new RoundRobin(), 1, 1, 1, 1);
        Parallel.For(0, 4000, _ => pool.Take());
        Assert.All(pool.Backends, backend => Assert.Equal(1000, backend.InFlight));
    }
}
