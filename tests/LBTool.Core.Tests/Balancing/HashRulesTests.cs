using LBTool.Core.Balancing;
using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Balancing;

public class HashRulesTests
{
    private const int Keys = 20_000;

    public static TheoryData<string> HashRules => [.. Balancers.All.Where(row => row.UsesKey).Select(row => row.Name)];

    public static TheoryData<string> ConsistentRules => ["consistent-hash", "maglev", "rendezvous", "bounded-load-hash"];

    [Fact]
    public void All_hash_rules_are_here() => Assert.Equal(5, HashRules.Count);

    [Theory]
    [MemberData(nameof(HashRules))]
    public void A_key_stays_where_it_is(string name)
    {
        var pool = Pools.Of(name, backends: 10);
        Assert.Equal(Owners(pool), Owners(pool));
        Assert.Equal(Owners(pool), Owners(Pools.Of(name, backends: 10, seed: 7)));
    }

    // The law of each: mod n moves n/(n+1) of the keys, the others their new backend's share of 1/(n+1).
    // Of 20,000 keys, 1/11 is 1818 with a deviation of 41 by chance and of 1/sqrt(160) = 8 % by the points of a ring,
    // 149 together, five of which are allowed. Maglev moves some keys more: a row that is lost pushes others on.
    [Theory]
    [MemberData(nameof(ConsistentRules))]
    public void A_new_backend_takes_its_share_and_hardly_another_key_moves(string name)
    {
        var pool = Pools.Of(name, backends: 10);
        var before = Owners(pool);
        pool.Add("b11", 1, TimeSpan.Zero);
        var after = Owners(pool);

        var moved = before.Zip(after).Where(pair => pair.First != pair.Second).ToArray();
        var gained = moved.Count(pair => pair.Second == "b11");
        Assert.InRange(gained, 1070, 2560);
        Assert.InRange(moved.Length - gained, 0, name == "maglev" ? Keys / 20 : 0);
    }

    // 10/11 of 20,000 is 18,182 with a deviation of 41; five are allowed.
    [Fact]
    public void Mod_n_moves_nearly_all()
    {
        var pool = Pools.Of("ip-hash", backends: 10);
        var before = Owners(pool);
        pool.Add("b11", 1, TimeSpan.Zero);
        Assert.InRange(before.Zip(Owners(pool)).Count(pair => pair.First != pair.Second), 17_977, 18_387);
    }

    [Theory]
    [MemberData(nameof(ConsistentRules))]
    public void A_backend_that_leaves_and_comes_back_has_its_keys_again(string name)
    {
        var pool = Pools.Of(name, backends: 10);
        var before = Owners(pool);
        pool.SetAvailable(pool.Backends[3], false, TimeSpan.Zero);
        Assert.DoesNotContain("b4", Owners(pool));
        pool.SetAvailable(pool.Backends[3], true, TimeSpan.Zero);
        Assert.Equal(before, Owners(pool));
    }

    // All rows of the table, so that nothing is left to chance: 65537 / 100 is 655.37, and turns differ by one.
    [Fact]
    public void Maglev_shares_are_within_one_percent()
    {
        var pool = Pools.Of("maglev", backends: 100);
        var rows = Enumerable.Range(0, Maglev.Rows).CountBy(row => OwnerOf(pool, (ulong)row)).Select(pair => pair.Value).ToArray();
        Assert.Equal(100, rows.Length);
        Assert.True(rows.Max() <= rows.Min() * 1.01, $"{rows.Min()} to {rows.Max()}");
    }

    // Of 65,537 rows, 262,144 slots, 640 points at least; the deviations are those of chance, and for a ring of its points: 1/sqrt(160 * weight).
    [Theory]
    [InlineData("maglev", 0.01)]
    [InlineData("rendezvous", 0.02)]
    [InlineData("consistent-hash", 0.25)]
    public void Shares_follow_weights(string name, double tolerance)
    {
        double[] weights = [1, 2, 3, 4];
        var pool = Pools.Of(Pools.Rule(name), weights);
        var owners = Enumerable.Range(0, 200_000).CountBy(key => OwnerOf(pool, KeyHash.Mix(1, (ulong)key))).ToDictionary();
        for (var i = 0; i < weights.Length; i++)
        {
            var expected = 200_000 * weights[i] / weights.Sum();
            Assert.InRange(owners[$"b{i + 1}"], expected * (1 - tolerance), expected * (1 + tolerance));
        }
    }

    [Theory]
    [MemberData(nameof(HashRules))]
    public void Requests_without_a_key_are_spread_as_random_keys_are(string name)
    {
        var pool = Pools.Of(name, backends: 4);
        var owners = Enumerable.Range(0, Keys).CountBy(_ =>
        {
            var lease = pool.Take();
            lease.EndOk();
            return lease.Backend.Name;
        }).ToDictionary();

        // A quarter, within five deviations of a ring's points: 5 * sqrt(3/4) * 8 % = 34 %.
        Assert.Equal(4, owners.Count);
        Assert.All(owners.Values, count => Assert.InRange(count, 3300, 6700));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.25)]
    [InlineData(1.0)]
    public void The_bound_on_load_is_never_exceeded(double epsilon)
    {
        double[] weights = [1, 1, 2, 1, 3];
        var pool = Pools.Of(new BoundedLoadHash(new RandomStream(1), epsilon), weights);
        var random = new RandomStream(9);
        var leases = new List<Lease>();
        for (var i = 0; i < 5000; i++)
        {
            if (leases.Count > 0 && random.Next(5) < 2)
            {
                var place = random.Next(leases.Count);
                leases[place].EndOk();
                leases.RemoveAt(place);
                continue;
            }

            // Every second request has the same key.
            var lease = pool.TakeFor(i % 2 == 0 ? 77 : random.NextUInt64());
            leases.Add(lease);
            var cap = Math.Ceiling((1 + epsilon) * leases.Count * lease.Backend.Weight / weights.Sum());
            Assert.InRange(lease.Backend.InFlight, 1, cap);
        }

        Assert.True(leases.Count > 500, "the pool was never loaded");
    }

    // A key that everybody asks for has one backend with the plain ring, and with bounds as many as it needs.
    [Fact]
    public void A_hot_key_overflows_to_others()
    {
        var pool = Pools.Of("bounded-load-hash", backends: 10);
        for (var i = 0; i < 100; i++)
        {
            pool.TakeFor(77);
        }

        Assert.InRange(pool.Backends.Max(backend => backend.InFlight), 10, 13);
    }

    private static List<string> Owners(Pool pool) =>
        [.. Enumerable.Range(0, Keys).Select(key => OwnerOf(pool, KeyHash.Mix(5, (ulong)key)))];

    private static string OwnerOf(Pool pool, ulong key)
    {
        var lease = pool.TakeFor(key);
        lease.EndOk();
        return lease.Backend.Name;
    }
}
