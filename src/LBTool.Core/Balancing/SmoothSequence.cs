namespace LBTool.Core.Balancing;

/// <summary>
/// The order in which smooth weighted round-robin picks, for one whole period: in each step every backend gains its
/// weight, and the one that has most wins and loses the sum. It repeats after as many picks as the weights add up to, so
/// it is written down once and a pick only takes the next place.
/// </summary>
/// <remarks>
/// Backends of equal weight win in turn, so a step compares one backend of each weight and not each backend. Weights
/// whose period would be too long are rounded to a share of the largest: to 1/100,000 for a few backends.
/// </remarks>
internal static class SmoothSequence
{
    private const int LongestPeriod = 1 << 20;
    private const long MostComparisons = 1 << 22;

    /// <summary>The places of one period.</summary>
    public static int[] Of(ReadOnlySpan<double> weights)
    {
        var turns = InTurns(weights);
        var period = turns.Sum();
        var groups = turns.Select((weight, place) => (weight, place))
            .GroupBy(item => item.weight, item => item.place)
            .Select(group => new Group(group.Key, [.. group]))
            .ToArray();
        var sequence = new int[period];
        for (var turn = 0; turn < period; turn++)
        {
            sequence[turn] = Step(groups, period);
        }

        return sequence;
    }

    /// <summary>The same number of picks, each backend's in a row.</summary>
    public static int[] InBursts(ReadOnlySpan<double> weights) =>
        [.. InTurns(weights).SelectMany((count, place) => Enumerable.Repeat(place, count))];

    // What a backend has is turns × weight − wins × sum; of the first in each group, who has the most, then who comes first.
    private static int Step(Group[] groups, int period)
    {
        var winner = groups[0];
        var most = long.MinValue;
        foreach (var group in groups)
        {
            group.Gained += group.Weight;
            var has = group.Gained - ((long)period * group.Rounds);
            if (has > most || (has == most && group.Next < winner.Next))
            {
                (most, winner) = (has, group);
            }
        }

        return winner.Win();
    }

    // Weights as whole numbers without a common factor.
    private static int[] InTurns(ReadOnlySpan<double> weights)
    {
        var all = weights.ToArray();
        foreach (var factor in (ReadOnlySpan<int>)[1, 10, 100, 1000])
        {
            var scaled = all.Select(weight => weight * factor).ToArray();
            if (scaled.All(weight => weight is >= 0.5 and < LongestPeriod && Math.Abs(weight - Math.Round(weight)) < 1e-9) && TryReduce(scaled, out var whole))
            {
                return whole;
            }
        }

        var steps = StepsFor(all.Length, all.Distinct().Count());
        var largest = all.Max();
        return Reduce([.. all.Select(weight => Math.Max(1, (int)Math.Round(weight / largest * steps)))]);
    }

    // A period has at most backends × steps turns, and a turn compares no more weights than there are, or than there are steps.
    private static int StepsFor(int backends, int weights)
    {
        var affordable = MostComparisons / backends;
        var steps = Math.Max(affordable / weights, (long)Math.Sqrt(affordable));
        return (int)Math.Max(1, Math.Min(steps, LongestPeriod / backends));
    }

    private static bool TryReduce(double[] scaled, out int[] whole)
    {
        whole = Reduce([.. scaled.Select(weight => (int)Math.Round(weight))]);
        var period = whole.Sum(weight => (long)weight);
        return period <= LongestPeriod && period * whole.Distinct().Count() <= MostComparisons;
    }

    private static int[] Reduce(int[] numbers)
    {
        var divisor = numbers.Aggregate(Gcd);
        return [.. numbers.Select(number => number / divisor)];
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);

    /// <summary>Backends of one weight, in the order of their places.</summary>
    private sealed class Group(int weight, int[] places)
    {
        private int _next;

        public long Weight => weight;

        /// <summary>What each of them has gained.</summary>
        public long Gained { get; set; }

        /// <summary>How often the next to win has won.</summary>
        public int Rounds { get; private set; }

        /// <summary>The next to win: of those that have won least, the first.</summary>
        public int Next => places[_next];

        public int Win()
        {
            var place = places[_next++];
            if (_next == places.Length)
            {
                (_next, Rounds) = (0, Rounds + 1);
            }

            return place;
        }
    }
}
