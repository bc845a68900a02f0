using System.Numerics;

namespace LBTool.Core.Balancing;

/// <summary>
/// The circle of consistent hashing: each backend owns points on it, by weight, and a key belongs to the next point. A
/// point depends on nothing but its backend's name and its number, so that a new backend takes keys and moves no other.
/// </summary>
public sealed class HashRing
{
    // Beyond this, all get fewer in proportion.
    private const int MostPoints = 1 << 23;

    // A point with its owner, so that a lookup, which meets each in a cold cache, finds both in one place.
    private readonly Point[] _points;

    // For each slice of the circle the first point in it or after, and behind the last one how many there are. Points are
    // spread evenly, so a lookup starts within a few steps of its goal, however many there are: steps along a line of the
    // cache cost less than slices that are not in it.
    private readonly int[] _slices;
    private readonly int _bits;

    internal HashRing(Candidates candidates, int pointsPerWeight)
    {
        var counts = CountPoints(candidates.Weights, pointsPerWeight);
        var (places, owners) = Place(candidates, counts);

        // Two to four points in a slice.
        _bits = Math.Max(1, BitOperations.Log2((uint)places.Length) - 1);
        _slices = Slice(places, _bits);
        _points = [.. places.Zip(owners, (at, owner) => new Point(Within(at), owner))];
    }

    /// <summary>How many points there are.</summary>
    public int Count => _points.Length;

    /// <summary>The first point at or after a key.</summary>
    public int PointOf(ulong key)
    {
        var points = _points;
        var slice = (int)(key >> (64 - _bits));
        var (point, end, within) = (_slices[slice], _slices[slice + 1], Within(key));
        while (point < end && points[point].At < within)
        {
            point++;
        }

        return point == points.Length ? 0 : point;
    }

    /// <summary>The next point on the circle.</summary>
    public int After(int point) => point + 1 == _points.Length ? 0 : point + 1;

    /// <summary>The place, among the candidates, of a point's owner.</summary>
    public int OwnerOf(int point) => _points[point].Owner;

    private static int[] CountPoints(ReadOnlySpan<double> weights, int pointsPerWeight)
    {
        var sum = 0.0;
        foreach (var weight in weights)
        {
            sum += weight;
        }

        var scale = Math.Min(pointsPerWeight, MostPoints / sum);
        return [.. weights.ToArray().Select(weight => Math.Max(1, (int)Math.Round(weight * scale)))];
    }

    // Where in its slice: 32 bits of it, which keep two keys apart as well as all 64 do and take half the cache.
    private uint Within(ulong at) => (uint)((at << _bits) >> 32);

    private static (ulong[] Places, int[] Owners) Place(Candidates candidates, int[] counts)
    {
        var places = new ulong[counts.Sum()];
        var owners = new int[places.Length];
        var point = 0;
        for (var place = 0; place < counts.Length; place++)
        {
            var name = KeyHash.Of(candidates[place].Name);
            for (var number = 0; number < counts[place]; number++, point++)
            {
                places[point] = KeyHash.Mix(name, (ulong)number);
                owners[point] = place;
            }
        }

        Array.Sort(places, owners);
        return (places, owners);
    }

    private static int[] Slice(ulong[] places, int bits)
    {
        var slices = new int[(1 << bits) + 1];
        var point = 0;
        for (var slice = 0; slice < slices.Length; slice++)
        {
            while (point < places.Length && places[point] >> (64 - bits) < (ulong)slice)
            {
                point++;
            }

            slices[slice] = point;
        }

        return slices;
    }

    private readonly record struct Point(uint At, int Owner);
}
