using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// A lookup table that all backends fill in turn, each by its own permutation (Eisenbud et al., "Maglev: a fast and
/// reliable software network load balancer", 2016). Shares are as even as the table allows, and a backend that joins
/// moves few keys more than its own.
/// </summary>
/// <param name="random">Makes keys for requests without one.</param>
public sealed class Maglev(RandomStream random) : KeyedBalancer<int[]>(random)
{
    /// <summary>Rows of the table: a prime, so that every permutation visits all of them.</summary>
    public const int Rows = 65537;

    /// <inheritdoc/>
    protected override Backend Pick(Candidates candidates, int[] table, ulong key) => candidates[table[(int)(key % Rows)]];

    /// <inheritdoc/>
    protected override int[] Make(Candidates candidates)
    {
        var table = new int[Rows];
        Array.Fill(table, -1);
        var fillers = new Filler[candidates.Count];
        var largest = 0.0;
        for (var place = 0; place < fillers.Length; place++)
        {
            fillers[place] = new Filler(candidates[place].Name, candidates.Weights[place]);
            largest = Math.Max(largest, candidates.Weights[place]);
        }

        Fill(table, fillers, largest);
        return table;
    }

    // The heaviest takes a row in each round; one of half its weight in every other.
    private static void Fill(int[] table, Filler[] fillers, double largest)
    {
        var left = Rows;
        while (true)
        {
            for (var place = 0; place < fillers.Length; place++)
            {
                if (!fillers[place].HasTurn(largest))
                {
                    continue;
                }

                fillers[place].Take(table, place);
                if (--left == 0)
                {
                    return;
                }
            }
        }
    }

    private struct Filler
    {
        private readonly uint _skip;
        private readonly double _weight;
        private uint _row;
        private double _due;

        public Filler(string name, double weight)
        {
            var hash = KeyHash.Of(name);
            _row = (uint)(KeyHash.Mix(hash, 1) % Rows);
            _skip = (uint)(KeyHash.Mix(hash, 2) % (Rows - 1)) + 1;
            _weight = weight;
        }

        public bool HasTurn(double largest)
        {
            _due += _weight;
            if (_due < largest)
            {
                return false;
            }

            _due -= largest;
            return true;
        }

        public void Take(int[] table, int place)
        {
            while (table[_row] >= 0)
            {
                Step();
            }

            table[_row] = place;
            Step();
        }

        private void Step()
        {
            _row += _skip;
            _row = _row >= Rows ? _row - Rows : _row;
        }
    }
}
