using LBTool.Core.Balancing;

namespace LBTool.Core.Tests.Balancing;

/// <summary>What every row of the table must keep.</summary>
public class BalancersTests
{
    public static TheoryData<string> Names => [.. Balancers.All.Select(row => row.Name)];

    [Fact]
    public void The_table_has_the_algorithms_that_users_know()
    {
        Assert.True(Balancers.All.Length >= 13);
        Assert.Equal("power-of-two-choices", Balancers.Find("P2C")?.Name);
        Assert.Equal("least-connections", Balancers.Find("least-requests")?.Name);
        Assert.Null(Balancers.Find("p3c"));
    }

    [Fact]
    public void No_two_rows_share_a_name()
    {
        var names = Balancers.All.SelectMany(row => row.Names).ToArray();
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_row_says_what_when_and_when_not(string name)
    {
        var row = Balancers.Find(name)!;
        Assert.NotEmpty(row.Rule);
        Assert.NotEmpty(row.UseWhen);
        Assert.NotEmpty(row.AvoidWhen);
        Assert.All(row.Parameters, parameter => Assert.InRange(parameter.Default, parameter.Minimum, parameter.Maximum));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_seeds_make_equal_picks(string name) => Assert.Equal(Picks(name, 500), Picks(name, 500));

    // Idle pool, one request at a time: everybody is tied. Binomial(5000, 1/5) has deviation 28; five are allowed.
    [Theory]
    [MemberData(nameof(Names))]
    public void An_idle_pool_is_used_evenly(string name)
    {
        var picks = Picks(name, 5000);
        Assert.All(Enumerable.Range(1, 5), i => Assert.InRange(picks.Count(pick => pick == $"b{i}"), 860, 1140));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_single_backend_gets_everything(string name)
    {
        var pool = Pools.Of(name, backends: 1);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal("b1", pool.Take().Backend.Name));
    }

    // A rule that allocates does so every time; what the runtime allocates on this thread, when it compiles the rule
    // again, does not.
    [Theory]
    [MemberData(nameof(Names))]
    public void A_pick_allocates_nothing(string name)
    {
        var pool = Pools.Of(name, backends: 10);
        var allocated = Enumerable.Range(0, 10).Select(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            TakeAndEnd(pool, 1000);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }).ToArray();
        Assert.Contains(0, allocated);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Leases_are_conserved_under_many_threads(string name)
    {
        var pool = Pools.Of(name, backends: 7);
        Parallel.For(0, 8, _ => TakeAndEnd(pool, 20_000));
        Assert.All(pool.Backends, backend => Assert.Equal(0, backend.InFlight));
    }

    private static void TakeAndEnd(Pool pool, int times)
    {
        for (var i = 0; i < times; i++)
        {
            pool.Take().EndOk();
        }
    }

    private static string[] Picks(string name, int count)
    {
        var pool = Pools.Of(name, backends: 5);
        var picks = new string[count];
        for (var i = 0; i < count; i++)
        {
            var lease = pool.Take();
            picks[i] = lease.Backend.Name;
            lease.EndOk();
        }

        return picks;
    }

    // Backends of weight 1 and 9, one request at a time, or all of them open.
    [Theory]
    [MemberData(nameof(Names))]
    public void Weights_have_a_part_in_it_where_the_row_says_so(string name)
    {
        double ShareOfHeavier(bool open)
        {
            var pool = Pools.Of(Pools.Rule(name), 1, 9);
            var picks = Enumerable.Range(1, 1000).Count(key =>
            {
                var lease = pool.TakeFor(KeyHash.Of($"key {key}"));
                if (!open)
                {
                    lease.EndOk();
                }

                return lease.Backend.Index == 1;
            });
            return picks / 1000.0;
        }

        Assert.Equal(Balancers.Find(name)!.UsesWeights, Math.Max(ShareOfHeavier(open: false), ShareOfHeavier(open: true)) > 0.75);
    }

    // 50 open on b1; of the next 20, one that does not look there gives it some ten.
    [Theory]
    [MemberData(nameof(Names))]
    public void Load_is_looked_at_where_the_row_says_so(string name)
    {
        var pool = Pools.Of(name, backends: 2);
        for (var i = 0; i < 50; i++)
        {
            Assert.True(pool.TryTakeFrom(pool.Backends[0], TimeSpan.Zero, out _));
        }

        var picks = Enumerable.Range(1, 20).Count(key => pool.TakeFor(KeyHash.Of($"key {key}")).Backend.Index == 0);
        Assert.Equal(Balancers.Find(name)!.LooksAtLoad, picks == 0);
    }
}
