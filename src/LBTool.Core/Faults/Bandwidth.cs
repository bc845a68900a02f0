using LBTool.Core.Randomness;

namespace LBTool.Core.Faults;

/// <summary>
/// A rate for each link, without a burst: n bytes leave n / rate after the link became free, in pieces of at most 0.1 s.
/// </summary>
internal sealed class Bandwidth(ToxicAttributes attributes) : Toxic
{
    // A piece that left late, because its timer or its reader was late, is made up for by at most this much.
    private static readonly TimeSpan MostCatchUp = TimeSpan.FromMilliseconds(100);

    // That of a timer on a busy machine, and the most memory that a link may spend to make up for it.
    private static readonly TimeSpan LongestLateness = TimeSpan.FromMilliseconds(50);
    private const int LongestQueue = 8 * 1024 * 1024;

    private readonly double _bytesPerSecond = attributes.Number("rate") * 1000;

    public override ToxicState Start(TimeSpan now, RandomStream random, ToxicState? previous) => new State(this);

    private sealed class State(Bandwidth toxic) : ToxicState
    {
        private TimeSpan _free;

        // Late pieces are made up for from what waits here: a fast link needs more of it than a slow one.
        public override int Capacity { get; } = toxic._bytesPerSecond * LongestLateness.TotalSeconds is > ShortQueue and var bytes
            ? (int)Math.Min(bytes, LongestQueue)
            : ShortQueue;

        public override ChunkVerdict OnChunk(int length, TimeSpan arrived, TimeSpan now)
        {
            var rate = toxic._bytesPerSecond;
            if (rate <= 0)
            {
                return ChunkVerdict.Hold;
            }

            var piece = (int)Math.Clamp(rate / 10, 1, length);
            var start = Later(Later(_free, arrived), now - MostCatchUp);
            var cost = Math.Ceiling(piece / rate * TimeSpan.TicksPerSecond);
            _free = start + TimeSpan.FromTicks((long)Math.Min(cost, TimeSpan.TicksPerDay));
            return ChunkVerdict.Forward(piece, _free);
        }

        private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
    }
}
