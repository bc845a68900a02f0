using System.Globalization;
using System.Numerics;
using LBTool.Core.Balancing;

namespace LBTool.Core.Tests.Balancing;

/// <summary>The ring beside a plain one: all points in order of their hashes, looked through from the first.</summary>
public class HashRingTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 160)]
    [InlineData(7, 3)]
    [InlineData(25, 160)]
    [InlineData(300, 1)]
    [InlineData(300, 40)]
    public void A_key_belongs_to_the_next_point(int backends, int points)
    {
        var (ring, plain) = Rings(backends, points);
        Assert.All(Keys(plain), key => Assert.Equal(plain[IndexOf(plain, key)].Owner, ring.OwnerOf(ring.PointOf(key))));
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(25, 160)]
    [InlineData(300, 1)]
    public void Point_after_point_goes_round_the_circle(int backends, int points)
    {
        var (ring, plain) = Rings(backends, points);
        foreach (var key in Keys(plain).Take(20))
        {
            var first = IndexOf(plain, key);
            var expected = Enumerable.Range(0, plain.Length).Select(step => plain[(first + step) % plain.Length].Owner);
            Assert.Equal(Changes(expected), Changes(Round(ring, ring.PointOf(key))));
        }
    }

    [Fact]
    public void A_backend_has_points_by_its_weight()
    {
        double[] weights = [1, 0.5, 3, 0.001];
        var candidates = Pools.Of(Pools.Rule("consistent-hash"), weights).Candidates;
        var (ring, plain) = (new HashRing(candidates, 100), Plain(candidates, [100, 50, 300, 1]));
        Assert.All(Keys(plain), key => Assert.Equal(plain[IndexOf(plain, key)].Owner, ring.OwnerOf(ring.PointOf(key))));
    }

    // Of 1.6 million points some hundred share one of 2^32 places with another. Balancers that list their backends in
    // different orders send a key there to the same one.
    [Fact]
    public void Points_at_one_place_come_in_an_order_that_is_theirs_alone()
    {
        const int Backends = 10_000, PointsEach = 160;
        var names = Enumerable.Range(1, Backends).Select(number => $"b{number}").ToArray();
        var candidates = new[] { names, [.. names.Reverse()] }
            .Select(listed => new Pool(listed.Select((name, index) => new Backend(name, index)), new RoundRobin()).Candidates).ToArray();
        var rings = candidates.Select(listed => new HashRing(listed, PointsEach)).ToArray();
        var plain = Plain(candidates[0], [.. Enumerable.Repeat(PointsEach, Backends)]);
        var shared = plain.Zip(plain.Skip(1)).Where(pair => pair.First.At >> 32 == pair.Second.At >> 32).Select(pair => pair.First)
            .DistinctBy(point => point.At >> 32).ToArray();

        Assert.InRange(shared.Length, 200, 400);
        Assert.All(shared, point =>
        {
            Assert.Equal(point.Owner, rings[0].OwnerOf(rings[0].PointOf(point.At)));
            Assert.Equal(names[point.Owner], candidates[1][rings[1].OwnerOf(rings[1].PointOf(point.At))].Name);
        });
    }

    [Fact]
    public void The_documentation_says_how_many_points_there_are_at_most() =>
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"The rings have 2^{BitOperations.Log2(HashRing.MostPoints)} = {HashRing.MostPoints:N0} points at most"), Checkout.Read("docs/algorithms.md"));

    // Nearly eight points a slice: of 512 slices one in 130 has more than a line takes.
    [Fact]
    public void Slices_with_more_points_than_a_line_are_among_those_tested()
    {
        var (_, plain) = Rings(25, 160);
        Assert.Contains(plain.CountBy(point => point.At >> (64 - 9)), slice => slice.Value > 15);
    }

    private static (HashRing Ring, (ulong At, int Owner)[] Plain) Rings(int backends, int points)
    {
        var candidates = Pools.Of("consistent-hash", backends).Candidates;
        return (new HashRing(candidates, points), Plain(candidates, [.. Enumerable.Repeat(points, backends)]));
    }

    private static (ulong At, int Owner)[] Plain(Candidates candidates, int[] points) =>
    [
        .. from owner in Enumerable.Range(0, points.Length)
           from number in Enumerable.Range(0, points[owner])
           let at = KeyHash.Mix(KeyHash.Of(candidates[owner].Name), (ulong)number)
           orderby at
           select (at, owner),
    ];

    // Some anywhere, the ends of the circle, and the places of all points and beside them: a place is 32 bits.
    private static IEnumerable<ulong> Keys((ulong At, int Owner)[] plain) =>
    [
        .. Enumerable.Range(0, 1000).Select(number => KeyHash.Mix(3, (ulong)number)), 0, ulong.MaxValue,
        .. plain.SelectMany(point => new[] { point.At, point.At + (1UL << 32), point.At - (1UL << 32) }),
    ];

    private static int IndexOf((ulong At, int Owner)[] plain, ulong key)
    {
        var index = Array.FindIndex(plain, point => point.At >> 32 >= key >> 32);
        return index < 0 ? 0 : index;
    }

    private static IEnumerable<int> Round(HashRing ring, int first)
    {
        var point = first;
        do
        {
            yield return ring.OwnerOf(point);
            point = ring.After(point);
        }
        while (point != first);
    }

    // Owners as they change: a ring may name a point twice, and neighbours may have one owner.
    private static List<int> Changes(IEnumerable<int> owners)
    {
        var changes = new List<int>();
        foreach (var owner in owners)
        {
            if (changes.Count == 0 || changes[^1] != owner)
            {
                changes.Add(owner);
            }
        }

        // Where the circle closes.
        if (changes.Count > 1 && changes[^1] == changes[0])
        {
            changes.RemoveAt(changes.Count - 1);
        }

        return changes;
    }
}
