using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// Every backend scores every key, and the highest score wins (Thaler and Ravishankar, "Using name-based mappings to
/// increase hit rates", 1998; by weight as −weight / ln hash). A backend that joins takes exactly its share, and no
/// other key moves.
/// </summary>
/// <remarks>
/// Keys fall into a quarter of a million slots first, and a slot's winner is kept, so that only the first pick of a slot looks at
/// every backend. Threads that meet at a slot find the same winner.
/// </remarks>
/// <param name="random">Makes keys for requests without one.</param>
public sealed class Rendezvous(RandomStream random) : KeyedBalancer<Rendezvous.Slots>(random)
{
    /// <inheritdoc/>
    protected override Slots Make(Candidates candidates) => new(candidates);

    /// <inheritdoc/>
    protected override Backend Pick(Candidates candidates, Slots slots, ulong key) => candidates[slots.WinnerOf(key)];

    /// <summary>The winners of one set of candidates, as far as they have been asked for.</summary>
    public sealed class Slots
    {
        private const int Bits = 18;

        private readonly ulong[] _names;
        private readonly double[] _weights;
        private readonly bool _areAlike;

        // The winner's place + 1; 0 as long as nobody has asked.
        private readonly int[] _winners = new int[1 << Bits];

        internal Slots(Candidates candidates)
        {
            _names = new ulong[candidates.Count];
            for (var place = 0; place < _names.Length; place++)
            {
                _names[place] = KeyHash.Of(candidates[place].Name);
            }

            _weights = candidates.Weights.ToArray();
            _areAlike = candidates.AreAlike;
        }

        /// <summary>The place of a key's backend.</summary>
        public int WinnerOf(ulong key)
        {
            var slot = (int)(key >> (64 - Bits));
            var winner = Volatile.Read(ref _winners[slot]);
            if (winner == 0)
            {
                winner = Find((ulong)slot) + 1;
                Volatile.Write(ref _winners[slot], winner);
            }

            return winner - 1;
        }

        private int Find(ulong slot)
        {
            var best = 0;
            var most = double.NegativeInfinity;
            for (var place = 0; place < _names.Length; place++)
            {
                var score = ScoreOf(slot, place);
                if (score > most)
                {
                    (best, most) = (place, score);
                }
            }

            return best;
        }

        // Both grow with the hash, so for equal weights they have the same winner, and the logarithm can be saved.
        private double ScoreOf(ulong slot, int place)
        {
            var hash = ((KeyHash.Mix(_names[place], slot) >> 11) + 0.5) * (1.0 / (1UL << 53));
            return _areAlike ? hash : -_weights[place] / Math.Log(hash);
        }
    }
}
