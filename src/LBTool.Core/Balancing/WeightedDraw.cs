using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// Draws places of candidates in proportion to their weights, at a cost that does not grow with their number: an alias
/// table (Walker 1977, built as by Vose 1991). Each column holds its own place up to a threshold, and above it another.
/// </summary>
public sealed class WeightedDraw
{
    // A weight may be so much larger than all others together that a second place would hardly ever be drawn.
    private const int Redraws = 16;

    private readonly Column[] _columns;
    private readonly bool _areAlike;

    /// <param name="candidates">At least one.</param>
    internal WeightedDraw(Candidates candidates)
    {
        _areAlike = candidates.AreAlike;
        _columns = Fill(candidates.Weights);
    }

    /// <summary>A place, with a chance in proportion to its weight.</summary>
    public int PickOne(RandomStream random)
    {
        if (_areAlike)
        {
            return random.PickOne(_columns.Length);
        }

        // The high half of the product is the column, the low half how far into it.
        var place = (int)Math.BigMul(random.PickBits(), (ulong)_columns.Length, out var within);
        ref readonly var column = ref _columns[place];
        return within < column.Threshold ? place : column.Other;
    }

    /// <summary>
    /// Two distinct places, the second drawn as if the first were not there; with at least two candidates. In an order
    /// that favours nobody but by weight.
    /// </summary>
    public (int First, int Second) PickTwo(RandomStream random)
    {
        if (_areAlike)
        {
            return random.PickTwo(_columns.Length);
        }

        var first = PickOne(random);
        return (first, PickOther(random, first));
    }

    private int PickOther(RandomStream random, int first)
    {
        if (_columns.Length == 2)
        {
            return 1 - first;
        }

        for (var draw = 0; draw < Redraws; draw++)
        {
            var second = PickOne(random);
            if (second != first)
            {
                return second;
            }
        }

        return (first + 1 + random.PickOne(_columns.Length - 1)) % _columns.Length;
    }

    private static Column[] Fill(ReadOnlySpan<double> weights)
    {
        var columns = new Column[weights.Length];
        var heights = new double[weights.Length];
        var (low, high) = (new Stack<int>(), new Stack<int>());
        var scale = weights.Length / Sum(weights);
        for (var place = 0; place < weights.Length; place++)
        {
            heights[place] = weights[place] * scale;
            columns[place] = new Column(ulong.MaxValue, place);
            (heights[place] < 1 ? low : high).Push(place);
        }

        // Each column that is too low is filled up by one that is too high.
        while (low.Count > 0 && high.Count > 0)
        {
            var (lower, higher) = (low.Pop(), high.Peek());
            columns[lower] = new Column((ulong)(heights[lower] * ulong.MaxValue), higher);
            heights[higher] -= 1 - heights[lower];
            if (heights[higher] < 1)
            {
                low.Push(high.Pop());
            }
        }

        return columns;
    }

    private static double Sum(ReadOnlySpan<double> weights)
    {
        var sum = 0.0;
        foreach (var weight in weights)
        {
            sum += weight;
        }

        return sum;
    }

    private readonly record struct Column(ulong Threshold, int Other);
}
