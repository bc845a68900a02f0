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

    // For each slice of the circle the first point in it or after. Points are spread evenly, so a lookup starts within a
    // few steps of its goal, however many there are: steps along a line of the cache cost less than slices that are not in it.
    private readonly int[] _slices;
    private readonly int _shift;

    internal HashRing(Candidates candidates, int pointsPerWeight)
    {
        var counts = CountPoints(candidates.Weights, pointsPerWeight);
        _points = Place(candidates, counts);
        (_slices, _shift) = Slice(_points);
    }

    /// <summary>How many points there are.</summary>
    public int Count => _points.Length;

    /// <summary>The first point at or after a key.</summary>
    public int PointOf(ulong key)
    {
        var points = _points;
        var point = _slices[key >> _shift];
        while (point < points.Length && points[point].At < key)
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

    private static Point[] Place(Candidates candidates, int[] counts)
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
        var points = new Point[places.Length];
        for (point = 0; point < points.Length; point++)
        {
            points[point] = new Point(places[point], owners[point]);
        }

        return points;
    }

    private static (int[] Slices, int Shift) Slice(Point[] points)
    {
        // Two to four points in a slice.
        var bits = Math.Max(1, BitOperations.Log2((uint)points.Length) - 1);
        var slices = new int[1 << bits];
        var point = 0;
        for (var slice = 0; slice < slices.Length; slice++)
        {
            while (point < points.Length && points[point].At >> (64 - bits) < (ulong)slice)
            {
                point++;
            }

            slices[slice] = point;
        }

        return (slices, 64 - bits);
    }

    private readonly record struct Point(ulong At, int Owner);
}
