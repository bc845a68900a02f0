using CsCheck;
using LBTool.Core.Balancing;
using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Balancing;

public class LoadTreeTests
{
    // Sizes around a block (16) and around a level (256); the tree must always agree with a look at all.
    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(5000)]
    public void The_least_of_all_is_found(int backends) => Gen.Int[0, int.MaxValue].Sample(
        seed =>
        {
            var random = new RandomStream((ulong)seed);
            var pool = Pools.Of(new LeastConnections(random), [.. Enumerable.Range(0, backends).Select(i => 1.0 + (i % 3))]);
            var open = new List<Lease>();
            for (var i = 0; i < 400; i++)
            {
                if (open.Count > 0 && random.Next(3) == 0)
                {
                    open[^1].EndOk();
                    open.RemoveAt(open.Count - 1);
                    continue;
                }

                var least = pool.Backends.Min(backend => backend.Load);
                var lease = pool.Take();
                Assert.Equal(least, lease.Backend.Load - (1 / lease.Backend.Weight), tolerance: 1e-9);
                open.Add(lease);
            }
        },
        iter: backends > 1000 ? 2 : 20, threads: 1);

    // 300 of 1,000 are idle, in no order. Chi-square with 299 degrees of freedom has mean 299 and deviation
    // sqrt(598) = 24.5; five are allowed.
    [Fact]
    public void Those_tied_have_the_same_chance_in_a_tree_of_three_levels()
    {
        var pool = Pools.Of("least-connections", backends: 1000);
        var all = Enumerable.Range(0, 1000).Select(_ => pool.Take()).ToArray();
        Assert.All(pool.Backends, backend => Assert.Equal(1, backend.InFlight));
        foreach (var lease in all.Take(300))
        {
            lease.EndOk();
        }

        var counts = new int[1000];
        for (var i = 0; i < 30_000; i++)
        {
            var lease = pool.Take();
            counts[lease.Backend.Index]++;
            lease.EndOk();
        }

        var idle = all.Take(300).Select(lease => counts[lease.Backend.Index]).ToArray();
        Assert.Equal(30_000, idle.Sum());
        Assert.InRange(idle.Sum(count => (count - 100.0) * (count - 100.0) / 100), 299 - 123, 299 + 123);
    }

    [Fact]
    public void Those_tied_can_take_turns_instead()
    {
        var pool = Pools.Of(new LeastConnections(new RandomStream(1), turns: true), 1, 1, 1);
        var picks = Enumerable.Range(0, 6).Select(_ =>
        {
            var lease = pool.Take();
            lease.EndOk();
            return lease.Backend.Name;
        });
        Assert.Equal(["b1", "b2", "b3", "b1", "b2", "b3"], picks);
    }

    // After threads have gone, the tree is right: each backend's leases are off, and the pool fills level.
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Threads_leave_a_right_tree(int threads)
    {
        var pool = Pools.Of("least-connections", backends: 40);
        Parallel.For(0, threads, _ =>
        {
            for (var i = 0; i < 5000; i++)
            {
                var first = pool.Take();
                var second = pool.Take();
                first.EndOk();
                second.EndOk();
            }
        });

        for (var i = 0; i < 80; i++)
        {
            pool.Take();
        }

        Assert.All(pool.Backends, backend => Assert.Equal(2, backend.InFlight));
    }

    // A score that is no number equals nothing, not even itself: an update must end all the same.
    [Fact]
    public async Task A_score_that_is_no_number_keeps_nobody()
    {
        var pool = Pools.Of(new NoNumber(), 1, 1);

        await Task.Run(() => pool.Take().EndOk(), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private sealed class NoNumber : LeastScore
    {
        private bool _isMade;

        protected override float ScoreOf(Backend backend) => _isMade ? float.NaN : 1;

        protected override Backend Pick(Candidates candidates, LoadTree index, in PickContext context)
        {
            _isMade = true;
            return candidates[0];
        }
    }
}
