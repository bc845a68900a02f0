namespace LBTool.Core.Balancing;

/// <summary>
/// The circle of consistent hashing: each backend owns points on it, by weight, and a key belongs to the next point. A
/// point depends on nothing but its backend's name and its number, so that a new backend takes keys and moves no other.
/// </summary>
public sealed class HashRing
{
    // Beyond this, all get fewer in proportion.
    private const int MostPoints = 1 << 23;

    private readonly ulong[] _points;
    private readonly int[] _owners;

    // For each slice of the circle the first point in it or after: points are spread evenly, so a lookup starts within a
    // step or two of its goal, however many there are.
    private readonly int[] _slices;
    private readonly int _shift;

    internal HashRing(Candidates candidates, int pointsPerWeight)
    {
        var counts = CountPoints(candidates.Weights, pointsPerWeight);
        var total = counts.Sum();
        _points = new ulong[total];
        _owners = new int[total];
        Place(candidates, counts);
        Array.Sort(_points, _owners);
        (_slices, _shift) = Slice(_points);
    }

    /// <summary>How many points there are.</summary>
    public int Count => _points.Length;

    /// <summary>The first point at or after a key.</summary>
    public int PointOf(ulong key)
    {
        var point = _slices[key >> _shift];
        while (point < _points.Length && _points[point] < key)
        {
            point++;
        }

        return point == _points.Length ? 0 : point;
    }

    /// <summary>The next point on the circle.</summary>
    public int After(int point) => point + 1 == _points.Length ? 0 : point + 1;

    /// <summary>The place, among the candidates, of a point's owner.</summary>
    public int OwnerOf(int point) => _owners[point];

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

    private void Place(Candidates candidates, int[] counts)
    {
        var point = 0;
        for (var place = 0; place < counts.Length; place++)
        {
            var name = KeyHash.Of(candidates[place].Name);
            for (var number = 0; number < counts[place]; number++, point++)
            {
                _points[point] = KeyHash.Mix(name, (ulong)number);
                _owners[point] = place;
            }
        }
    }

    private static (int[] Slices, int Shift) Slice(ulong[] points)
    {
        var bits = Math.Max(1, 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)points.Length));
        var slices = new int[1 << bits];
        var point = 0;
        for (var slice = 0; slice < slices.Length; slice++)
        {
            while (point < points.Length && points[point] >> (64 - bits) < (ulong)slice)
            {
                point++;
            }

            slices[slice] = point;
        }

        return (slices, 64 - bits);
    }
}
