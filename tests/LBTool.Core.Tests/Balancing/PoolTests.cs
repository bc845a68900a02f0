using CsCheck;
using LBTool.Core.Balancing;

namespace LBTool.Core.Tests.Balancing;

public class PoolTests
{
    public static TheoryData<string> Names => [.. Balancers.All.Select(row => row.Name)];

    public static TheoryData<string, int> NamesAndThreads
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var row in Balancers.All)
            {
                cases.Add(row.Name, 2);
                cases.Add(row.Name, 8);
            }

            return cases;
        }
    }

    [Fact]
    public void Two_backends_of_one_name_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Pool([new Backend("b1", 0), new Backend("b1", 1)], new RoundRobin()));
        var pool = Pools.Of("round-robin", backends: 2);
        var refused = Assert.Throws<ArgumentException>(() => pool.Add("b2", 1, TimeSpan.Zero));
        Assert.Contains("already has a backend called b2", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_is_a_number_of_at_least_0(double weight)
    {
        var pool = Pools.Of("round-robin", backends: 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.SetWeight(pool.Backends[0], weight, TimeSpan.Zero));
        Assert.Equal(1, pool.Backends[0].Weight);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_anybody_available_there_is_no_lease(string name)
    {
        var pool = Pools.Of(name, backends: 2);
        var open = pool.Take();
        pool.SetAvailable(pool.Backends[0], false, TimeSpan.Zero);
        pool.Remove(pool.Backends[1], TimeSpan.Zero);
        Assert.False(pool.TryTake(default, out _));
        open.EndOk();
        Assert.Equal(0, open.Backend.InFlight);
        pool.SetAvailable(pool.Backends[0], true, TimeSpan.Zero);
        Assert.Equal("b1", pool.Take().Backend.Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_weight_of_0_gets_nothing_while_another_has_more(string name)
    {
        var pool = Pools.Of(Pools.Rule(name), 0, 1, 1);
        Assert.DoesNotContain("b1", Picks(pool, 300));
        pool.SetWeight(pool.Backends[0], 1, TimeSpan.Zero);
        Assert.Contains("b1", Picks(pool, 300));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void When_all_weights_are_0_all_are_equal(string name)
    {
        var pool = Pools.Of(Pools.Rule(name), 0, 0, 0);
        Assert.Equal(["b1", "b2", "b3"], Picks(pool, 300).Distinct().Order());
    }

    // Leases that are never ended: rules that know weights come near them, those that do not share evenly.
    // The widest is the ring: its points differ by 1/sqrt(160) = 8 % and three deviations of that are allowed.
    [Theory]
    [InlineData("weighted-round-robin")]
    [InlineData("weighted-random")]
    [InlineData("least-connections")]
    [InlineData("least-response-time")]
    [InlineData("power-of-two-choices")]
    [InlineData("consistent-hash")]
    [InlineData("maglev")]
    [InlineData("rendezvous")]
    [InlineData("bounded-load-hash")]
    public void Weights_are_respected_in_the_limit_and_when_they_change(string name)
    {
        var pool = Pools.Of(Pools.Rule(name), 1, 1, 2);
        pool.SetWeight(pool.Backends[0], 5, TimeSpan.Zero);
        for (var i = 0; i < 8000; i++)
        {
            pool.Take();
        }

        Assert.InRange(pool.Backends[0].InFlight, 5000 * 0.8, 5000 * 1.2);
        Assert.InRange(pool.Backends[2].InFlight, 2000 * 0.75, 2000 * 1.25);
    }

    // Any weights. Of leases that are never ended each backend comes to hold what it is due, within a turn of its own
    // (in-flight / weight moves in steps of 1), five deviations of chance where chance draws, and, on a ring, five of what
    // its 160 points a unit are uneven: 5/√160 = 40 %.
    [Theory]
    [InlineData("weighted-round-robin", 0, 0.0)]
    [InlineData("least-connections", 0, 0.0)]
    [InlineData("least-response-time", 0, 0.0)]
    [InlineData("weighted-random", 5, 0.0)]
    [InlineData("power-of-two-choices", 5, 0.0)]
    [InlineData("maglev", 5, 0.01)]
    [InlineData("rendezvous", 5, 0.02)]
    [InlineData("consistent-hash", 5, 0.4)]
    [InlineData("bounded-load-hash", 5, 0.4)]
    public void Any_weights_are_respected_in_the_limit(string name, int deviations, double uneven) =>
        Gen.Int[1, 9].Array[2, 6].Sample(
            weights =>
            {
                const int Leases = 3000;
                var pool = Pools.Of(Pools.Rule(name), [.. weights.Select(weight => (double)weight)]);
                for (var i = 0; i < Leases; i++)
                {
                    pool.Take();
                }

                Assert.All(pool.Backends, backend =>
                {
                    var due = Leases * backend.Weight / weights.Sum();
                    Assert.InRange(Math.Abs(backend.InFlight - due), 0, backend.Weight + 1 + (deviations * Math.Sqrt(due)) + (uneven * due));
                });
            },
            iter: 40, threads: 1);

    // Steps of a pool's life in any order: a pick is always one of those available, and none throws.
    [Theory]
    [MemberData(nameof(Names))]
    public void Picks_stay_within_those_available_whatever_changes(string name) =>
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 9], Gen.Int[0, 3]).Array[1, 40].Sample(
            steps =>
            {
                var now = TimeSpan.Zero;
                var pool = Pools.Of(Pools.Rule(name), new SlowStart(TimeSpan.FromSeconds(10)), 1, 1, 1);
                var open = new Queue<Lease>();
                var removed = new Stack<Backend>();
                var added = 3;
                foreach (var (what, which, weight) in steps)
                {
                    var members = pool.Backends;
                    var member = members.IsEmpty ? null : members[which % members.Length];
                    switch (what)
                    {
                        case 0:
                            pool.Add($"b{++added}", weight, now);
                            break;
                        case 1 when member is not null:
                            pool.Remove(member, now);
                            removed.Push(member);
                            break;
                        case 2 when member is not null:
                            pool.SetAvailable(member, weight > 1, now);
                            break;
                        case 3 when member is not null:
                            pool.SetWeight(member, weight, now);
                            break;
                        case 4:
                            now += TimeSpan.FromSeconds(which);
                            pool.Ramp(now);
                            break;
                        case 5 when removed.TryPop(out var former):
                            pool.Add(former, now);
                            break;
                        case 6 when open.TryDequeue(out var ended):
                            ended.End(TimeSpan.FromMilliseconds(which), weight > 0 ? LeaseOutcome.Ok : LeaseOutcome.Broken);
                            break;
                        default:
                            PickAsExpected(pool, open, which);
                            break;
                    }
                }

                Assert.All(pool.Backends, backend => Assert.InRange(backend.Share, 0.1, 1));
                var backends = open.Select(lease => lease.Backend).Distinct().ToArray();
                Assert.All(backends, backend => Assert.Equal(open.Count(lease => lease.Backend == backend), backend.InFlight));
            },
            iter: 60, threads: 1);

    // Changes go on while threads pick: nothing throws, and in the end every lease is off the count again.
    [Theory]
    [MemberData(nameof(NamesAndThreads))]
    public async Task Threads_pick_while_the_pool_changes(string name, int threads)
    {
        var pool = Pools.Of(Pools.Rule(name), new SlowStart(TimeSpan.FromSeconds(10)), 1, 1, 1, 1, 1, 1);
        var always = pool.Backends[0];
        var others = pool.Backends.RemoveAt(0);
        var picks = Enumerable.Range(0, threads).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                Assert.True(pool.TryTake(new PickContext(TimeSpan.FromMilliseconds(i), (ulong)(i * threads) + (ulong)thread), out var lease));
                lease.End(TimeSpan.FromMilliseconds(i + 1), i % 3 > 0 ? LeaseOutcome.Ok : LeaseOutcome.ServerError);
            }
        })).ToArray();
        for (var i = 0; i < 40; i++)
        {
            var now = TimeSpan.FromSeconds(i);
            pool.SetAvailable(others[i % 5], i % 3 == 0, now);
            pool.SetWeight(others[i % 5], i % 4, now);
            pool.Ramp(now);
            pool.Remove(pool.Add($"x{i}", 1, now), now);
        }

        await Task.WhenAll(picks);
        Assert.Equal(0, pool.InFlight);
        foreach (var other in others)
        {
            pool.SetAvailable(other, false, TimeSpan.Zero);
        }

        Assert.Same(always, pool.Take().Backend);
    }

    private static void PickAsExpected(Pool pool, Queue<Lease> open, int key)
    {
        var available = pool.Backends.Where(backend => backend.IsAvailable).ToArray();
        var expected = available.Any(backend => backend.Weight > 0) ? [.. available.Where(backend => backend.Weight > 0)] : available;
        var taken = key % 2 == 0
            ? pool.TryTake(new PickContext(TimeSpan.Zero, (ulong)key << 60), out var lease)
            : pool.TryTake(new PickContext(TimeSpan.Zero), out lease);
        Assert.Equal(expected.Length > 0, taken);
        if (taken)
        {
            Assert.Contains(lease.Backend, expected);
            open.Enqueue(lease);
        }
    }

    private static IEnumerable<string> Picks(Pool pool, int count)
    {
        var random = new Core.Randomness.RandomStream(11);
        for (var i = 0; i < count; i++)
        {
            var lease = pool.TakeFor(random.NextUInt64());
            lease.EndOk();
            yield return lease.Backend.Name;
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1e-310)]
    [InlineData(0.0001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_is_0_or_a_number_that_can_be_divided_by(double weight)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Backend("b1", 0, weight));
        Assert.StartsWith("the weight of backend b1 must be 0, or a number of at least 0.001", error.Message, StringComparison.Ordinal);
    }
}
