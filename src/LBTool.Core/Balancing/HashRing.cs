using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LBTool.Core.Balancing;

/// <summary>
/// The circle of consistent hashing: each backend owns points on it, by weight, and a key belongs to the next point. A
/// point depends on nothing but its backend's name and its number, so that a new backend takes keys and moves no other.
/// </summary>
/// <remarks>
/// The circle has 2^32 places, as ketama's. It is cut into slices; the points of one are in one line of the processor's
/// cache, which a lookup compares with its key at once: it waits for memory once, however many points there are.
/// See docs/decisions/0009-ring-lines.md.
/// </remarks>
public sealed class HashRing
{
    /// <summary>Beyond so many points, all backends get fewer in proportion.</summary>
    public const int MostPoints = 1 << 23;

    // A line: points in order, the last word says which line goes on. Behind the slice's last point, at least once, stands
    // the owner of the next slice's first, so that every key of the slice finds its owner here. A slice of too many
    // points has further lines behind those of all slices.
    private const int Line = 16;
    private const int Points = Line - 1;
    private const uint AllPoints = (1 << Points) - 1;
    private const int LineBytes = Line * sizeof(uint);

    // A word: the place of a point in its slice above, its owner in as many bits as name the slice below.
    private readonly uint[] _words;
    private readonly int _bits;

    // Where in the array the first line of the cache begins.
    private readonly int _start;

    internal HashRing(Candidates candidates, int pointsPerWeight)
    {
        var points = CountPoints(candidates.Weights, pointsPerWeight);

        // At most eight points in a slice on average, so that one in 130 has more than a line takes.
        _bits = Math.Max(1, Math.Max(BitsFor(candidates.Count), BitsFor(points.Sum() / 8)));
        var (places, owners) = Place(candidates, points);
        var counts = SortBySlice(ref places, ref owners);

        var lines = counts.Length + counts.Sum(count => count / Points);
        _words = GC.AllocateArray<uint>((lines + 1) * Line, pinned: true);
        _start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_words, 0) & (LineBytes - 1)) / sizeof(uint);
        Fill(places, owners, counts);
    }

    /// <summary>The first point at or after a key. A point may have several numbers; <see cref="After"/> counts them all.</summary>
    public int PointOf(ulong key)
    {
        var place = (uint)(key >> 32);
        var wanted = Vector512.Create(place << _bits);
        for (var line = _start + (SliceOf(key) * Line); ; line = _start + ((int)_words[line + Points] * Line))
        {
            var reached = Vector512.GreaterThanOrEqual(Vector512.Create(_words.AsSpan(line, Line)), wanted).ExtractMostSignificantBits();
            if ((reached & AllPoints) != 0)
            {
                return line + BitOperations.TrailingZeroCount(reached);
            }
        }
    }

    /// <summary>The next point on the circle, or the same again.</summary>
    public int After(int point)
    {
        var last = ((point - _start) | Points) + _start;
        return point + 1 < last ? point + 1 : _start + ((int)_words[last] * Line);
    }

    /// <summary>The place, among the candidates, of a point's owner.</summary>
    public int OwnerOf(int point) => (int)(_words[point] & ((1u << _bits) - 1));

    private static int BitsFor(int count) => BitOperations.Log2((uint)Math.Max(1, (2 * count) - 1));

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

        return (places, owners);
    }

    private int SliceOf(ulong place) => (int)(place >> (64 - _bits));

    // Slice by slice, and each by all 64 bits, so that two points at one place come in the same order whatever the
    // candidates' is. Many short sorts take less than one long one. Returns how many points each slice has.
    private int[] SortBySlice(ref ulong[] places, ref int[] owners)
    {
        var counts = new int[1 << _bits];
        foreach (var place in places)
        {
            counts[SliceOf(place)]++;
        }

        var next = new int[counts.Length];
        for (var slice = 1; slice < next.Length; slice++)
        {
            next[slice] = next[slice - 1] + counts[slice - 1];
        }

        var (sortedPlaces, sortedOwners) = (new ulong[places.Length], new int[places.Length]);
        for (var point = 0; point < places.Length; point++)
        {
            var to = next[SliceOf(places[point])]++;
            (sortedPlaces[to], sortedOwners[to]) = (places[point], owners[point]);
        }

        // Each has come to its end.
        for (var slice = 0; slice < next.Length; slice++)
        {
            var (start, count) = (next[slice] - counts[slice], counts[slice]);
            sortedPlaces.AsSpan(start, count).Sort(sortedOwners.AsSpan(start, count));
        }

        (places, owners) = (sortedPlaces, sortedOwners);
        return counts;
    }

    private void Fill(ulong[] places, int[] owners, int[] counts)
    {
        var (point, spare) = (0, counts.Length);
        for (var slice = 0; slice < counts.Length; slice++)
        {
            var line = LineAt(slice);
            var (used, end) = (0, point + counts[slice]);
            for (; point < end; point++)
            {
                line[used++] = ((uint)(places[point] >> 32) << _bits) | (uint)owners[point];
                if (used == Points)
                {
                    line[Points] = (uint)spare;
                    line = LineAt(spare++);
                    used = 0;
                }
            }

            line[used..Points].Fill((uint.MaxValue << _bits) | (uint)owners[end == owners.Length ? 0 : end]);
            line[Points] = (uint)((slice + 1) % counts.Length);
        }
    }

    private Span<uint> LineAt(int line) => _words.AsSpan(_start + (line * Line), Line);
}
