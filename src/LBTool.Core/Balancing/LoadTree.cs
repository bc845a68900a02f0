using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LBTool.Core.Balancing;

/// <summary>
/// Finds the least loaded of n backends, and a fair choice among those tied for it, without looking at all of them: a
/// tournament of 16 children a node. The leaves are scores, one for each backend; a node holds the least score below it
/// and how many backends have it. A pick walks down four levels for 10,000 backends; a change of one score walks up as far
/// as it makes a difference.
/// </summary>
/// <remarks>
/// No lock: a node is one 64-bit word, and whoever writes it looks at the children again afterwards. Threads that meet
/// may see a tree that is some nanoseconds old, and a pick that does returns another, nearly as good backend.
/// When all threads have left, each node is right: the last to write it saw its children unchanged after that.
/// See docs/decisions/0006-least-connections-index.md.
/// </remarks>
public sealed class LoadTree
{
    private const int Bits = 4;
    private const int FanOut = 1 << Bits;
    private const long ScoreMask = ~(long)uint.MaxValue;

    // Worse than any score, infinity included.
    private const int Nobody = int.MaxValue;

    // By index; a score's bits, since floats of 0 and above order like integers.
    private readonly int[] _scores;
    private readonly Backend?[] _backends;

    // From those above the leaves to the block below the root. A node: its score above, the count below.
    private readonly long[][] _nodes;
    private readonly Func<Backend, float> _scoreOf;

    /// <param name="candidates">Those among which the least is looked for.</param>
    /// <param name="scoreOf">A backend's score at the moment: 0 or above, the lower the better.</param>
    internal LoadTree(Candidates candidates, Func<Backend, float> scoreOf)
    {
        _scoreOf = scoreOf;
        var leaves = 0;
        foreach (var backend in candidates.Backends)
        {
            leaves = Math.Max(leaves, backend.Index + 1);
        }

        _backends = new Backend?[leaves];
        foreach (var backend in candidates.Backends)
        {
            _backends[backend.Index] = backend;
        }

        // Each level fills up whole blocks.
        _scores = new int[Blocks(leaves) * FanOut];
        Array.Fill(_scores, Nobody);
        var levels = new List<long[]>();
        for (var nodes = Blocks(leaves); nodes > 1; nodes = Blocks(nodes))
        {
            var level = new long[Blocks(nodes) * FanOut];
            Array.Fill(level, Pack(Nobody, 0));
            levels.Add(level);
        }

        _nodes = [.. levels];
        UpdateAll();
    }

    // The root's: leaves are at 0.
    private int Height => _nodes.Length + 1;

    /// <summary>Brings the tree up to the scores of all.</summary>
    public void UpdateAll()
    {
        foreach (var backend in _backends)
        {
            if (backend is not null)
            {
                Update(backend);
            }
        }
    }

    /// <summary>Brings the tree up to a backend's score of the moment. No effect when it is not a candidate.</summary>
    public void Update(Backend backend)
    {
        if (backend.Index >= _backends.Length || _backends[backend.Index] != backend)
        {
            return;
        }

        // Equals, because what is no number would never be == itself.
        ref var leaf = ref _scores[backend.Index];
        float score;
        do
        {
            score = _scoreOf(backend);
            Interlocked.Exchange(ref leaf, BitConverter.SingleToInt32Bits(score));
        }
        while (!_scoreOf(backend).Equals(score));

        for (var level = 1; level < Height; level++)
        {
            if (!TryLift(level, backend.Index >> (Bits * level)))
            {
                return;
            }
        }
    }

    /// <summary>
    /// A backend of least score, each of those tied with the same chance as <paramref name="fraction"/>, of all 64-bit
    /// numbers, is drawn.
    /// </summary>
    public Backend FindByChance(ulong fraction)
    {
        var root = LookBelow(Height, 0);
        return Descend(root, (int)Math.BigMul(fraction, (ulong)root.Ties, out _));
    }

    /// <summary>A backend of least score; consecutive turns take turns among those tied.</summary>
    public Backend FindByTurn(uint turn)
    {
        var root = LookBelow(Height, 0);
        return Descend(root, (int)(turn % (uint)root.Ties));
    }

    // The place among the tied is looked for in the children's own numbers, so that a level which has just changed
    // leads somewhere all the same.
    private Backend Descend(Least least, int place)
    {
        var node = 0;
        for (var level = Height; level > 1; level--)
        {
            node = (node << Bits) + FindChild(NodesBelow(level, node), least, ref place);
            least = LookBelow(level - 1, node);
        }

        // Each leaf counts once.
        node = (node << Bits) + PlaceOfBit(least.Children, Math.Min(place, BitOperations.PopCount(least.Children) - 1));
        return node < _backends.Length && _backends[node] is { } found ? found : Array.Find(_backends, backend => backend is not null)!;
    }

    // False when the node was right already: whoever made it so goes on upwards.
    private bool TryLift(int level, int number)
    {
        ref var node = ref _nodes[level - 1][number];
        var below = LookBelow(level, number).Node;
        if (Volatile.Read(ref node) == below)
        {
            return false;
        }

        do
        {
            Interlocked.Exchange(ref node, below);
            var seen = below;
            below = LookBelow(level, number).Node;
            if (below == seen)
            {
                return true;
            }
        }
        while (true);
    }

    private Least LookBelow(int level, int node) =>
        level == 1 ? LookAt(_scores.AsSpan(node << Bits, FanOut)) : LookAt(NodesBelow(level, node));

    private Span<long> NodesBelow(int level, int node) => _nodes[level - 2].AsSpan(node << Bits, FanOut);

    private static int Blocks(int children) => (children + FanOut - 1) >> Bits;

    // The child that has the place, and the place within it.
    private static int FindChild(ReadOnlySpan<long> block, Least least, ref int place)
    {
        var left = least.Children;
        while (true)
        {
            var child = BitOperations.TrailingZeroCount(left);
            var count = (int)block[child];
            left &= left - 1;
            if (place < count || left == 0)
            {
                return child;
            }

            place -= count;
        }
    }

    // Where the n-th of the bits that are set is, from 0: one instruction where the processor has it.
    private static int PlaceOfBit(uint bits, int n)
    {
        if (Bmi2.IsSupported)
        {
            return BitOperations.TrailingZeroCount(Bmi2.ParallelBitDeposit(1u << n, bits));
        }

        for (; n > 0; n--)
        {
            bits &= bits - 1;
        }

        return BitOperations.TrailingZeroCount(bits);
    }

    // The least of sixteen scores and who has it: two vectors of eight, halved until one is left.
    private static Least LookAt(ReadOnlySpan<int> scores)
    {
        ref var first = ref MemoryMarshal.GetReference(scores);
        var (a, b) = (Vector256.LoadUnsafe(ref first), Vector256.LoadUnsafe(ref first, 8));
        var eight = Vector256.Min(a, b);
        var four = Vector128.Min(eight.GetLower(), eight.GetUpper());
        var two = Vector128.Min(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        var all = Vector128.Min(two, Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2)));
        var least = Vector256.Create(all, all);
        var which = Vector256.Equals(a, least).ExtractMostSignificantBits() | (Vector256.Equals(b, least).ExtractMostSignificantBits() << 8);
        return new Least(Pack(all.ToScalar(), BitOperations.PopCount(which)), which);
    }

    // The least of sixteen nodes, how many below them have that score, and which of them: four vectors of four.
    private static Least LookAt(ReadOnlySpan<long> nodes)
    {
        ref var first = ref MemoryMarshal.GetReference(nodes);
        var a = Vector256.LoadUnsafe(ref first);
        var b = Vector256.LoadUnsafe(ref first, 4);
        var c = Vector256.LoadUnsafe(ref first, 8);
        var d = Vector256.LoadUnsafe(ref first, 12);
        var least = Vector256.Min(Vector256.Min(a, b), Vector256.Min(c, d));
        var halves = Vector128.Min(least.GetLower(), least.GetUpper());
        var score = Math.Min(halves[0], halves[1]) & ScoreMask;
        var (inA, inB, inC, inD) = (HaveScore(a, score), HaveScore(b, score), HaveScore(c, score), HaveScore(d, score));
        var counts = ((a & inA) + (b & inB) + (c & inC) + (d & inD)) & Vector256.Create((long)uint.MaxValue);
        var which = inA.ExtractMostSignificantBits() | (inB.ExtractMostSignificantBits() << 4)
            | (inC.ExtractMostSignificantBits() << 8) | (inD.ExtractMostSignificantBits() << 12);
        return new Least(score | Vector256.Sum(counts), which);
    }

    private static Vector256<long> HaveScore(Vector256<long> nodes, long score) =>
        Vector256.Equals(nodes & Vector256.Create(ScoreMask), Vector256.Create(score));

    private static long Pack(int score, int count) => ((long)score << 32) | (uint)count;

    /// <summary>What is least in a block.</summary>
    /// <param name="Node">The node that stands for the block.</param>
    /// <param name="Children">A bit for each child that has that score.</param>
    private readonly record struct Least(long Node, uint Children)
    {
        /// <summary>How many are tied; at least 1, also while another thread is between two nodes.</summary>
        public int Ties => Math.Max(1, (int)Node);
    }
}
