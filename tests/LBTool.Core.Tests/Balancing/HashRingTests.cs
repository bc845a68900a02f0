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
    public void The_documentation_says_how_many_points_there_are_at_most() =>
        Assert.Contains($"The rings have 2^{BitOperations.Log2(HashRing.MostPoints)} = {HashRing.MostPoints:N0} points at most", Checkout.Read("docs/algorithms.md"));

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
        var plain =
            from owner in Enumerable.Range(0, backends)
            from number in Enumerable.Range(0, points)
            let at = KeyHash.Mix(KeyHash.Of(candidates[owner].Name), (ulong)number)
            orderby at
            select (at, owner);
        return (new HashRing(candidates, points), [.. plain]);
    }

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
