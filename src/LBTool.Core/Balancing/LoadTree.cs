using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LBTool.Core.Balancing;

/// <summary>
/// Finds the least loaded of n backends, and a fair choice among those tied for it, without looking at all of them: a
/// tournament of 16 children a node. Each node holds the least score below it and how many backends have it. A pick
/// walks down four levels for 10,000 backends; a change of one score walks up as far as it makes a difference.
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

    // A node: the bits of the score above (positive floats order like integers), the count below.
    private static readonly long Nobody = Pack(float.PositiveInfinity, 0);

    // From the leaves, one for each backend by its index, to the single root block. Each level fills up whole blocks.
    private readonly long[][] _levels;
    private readonly Backend?[] _backends;
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

        var levels = new List<long[]>();
        for (var nodes = leaves; levels.Count == 0 || levels[^1].Length > FanOut; nodes = (nodes + FanOut - 1) >> Bits)
        {
            var level = new long[(nodes + FanOut - 1) & ~(FanOut - 1)];
            Array.Fill(level, Nobody);
            levels.Add(level);
        }

        _levels = [.. levels];
        UpdateAll();
    }

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
        ref var leaf = ref _levels[0][backend.Index];
        float score;
        do
        {
            score = _scoreOf(backend);
            Interlocked.Exchange(ref leaf, Pack(score, 1));
        }
        while (!_scoreOf(backend).Equals(score));

        for (var level = 1; level < _levels.Length; level++)
        {
            var node = backend.Index >> (Bits * level);
            if (!TryLift(ref _levels[level][node], Block(level - 1, node)))
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
        var root = LookAt(Root);
        return Descend(root, (int)Math.BigMul(fraction, (ulong)root.Ties, out _));
    }

    /// <summary>A backend of least score; consecutive turns take turns among those tied.</summary>
    public Backend FindByTurn(uint turn)
    {
        var root = LookAt(Root);
        return Descend(root, (int)(turn % (uint)root.Ties));
    }

    private Span<long> Root => Block(_levels.Length - 1, 0);

    private Span<long> Block(int level, int node) => _levels[level].AsSpan(node << Bits, FanOut);

    // The place among the tied is looked for in the children's own numbers, so that a level which has just changed
    // leads somewhere all the same.
    private Backend Descend(Least least, int place)
    {
        var node = 0;
        for (var level = _levels.Length - 1; level > 0; level--)
        {
            node = (node << Bits) + FindChild(Block(level, node), least, ref place);
            least = LookAt(Block(level - 1, node));
        }

        // Each leaf counts once.
        node = (node << Bits) + PlaceOfBit(least.Children, Math.Min(place, BitOperations.PopCount(least.Children) - 1));
        return _backends[node] ?? Array.Find(_backends, backend => backend is not null)!;
    }

    // The child that has the place, and the place within it.
    private static int FindChild(ReadOnlySpan<long> block, Least least, ref int place)
    {
        var left = least.Children;
        while (true)
        {
            var child = BitOperations.TrailingZeroCount(left);
            var count = CountOf(block[child]);
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

    // False when the node was right already: whoever made it so goes on upwards.
    private static bool TryLift(ref long node, ReadOnlySpan<long> children)
    {
        var combined = Combine(children);
        if (Volatile.Read(ref node) == combined)
        {
            return false;
        }

        do
        {
            Interlocked.Exchange(ref node, combined);
            var seen = combined;
            combined = Combine(children);
            if (combined == seen)
            {
                return true;
            }
        }
        while (true);
    }

    private static long Combine(ReadOnlySpan<long> children) => LookAt(children).Node;

    // The least of sixteen, how many below them have that score, and which of them: four vectors of four.
    private static Least LookAt(ReadOnlySpan<long> children)
    {
        ref var first = ref MemoryMarshal.GetReference(children);
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

    private static long Pack(float score, int count) => ((long)BitConverter.SingleToInt32Bits(score) << 32) | (uint)count;

    private static int CountOf(long node) => (int)node;

    /// <summary>What is least in a block.</summary>
    /// <param name="Node">The node that stands for the block.</param>
    /// <param name="Children">A bit for each child that has that score.</param>
    private readonly record struct Least(long Node, uint Children)
    {
        /// <summary>How many are tied; at least 1, also while another thread is between two nodes.</summary>
        public int Ties => Math.Max(1, CountOf(Node));
    }
}
