using LBTool.Core.Randomness;

namespace LBTool.Core.Faults;

/// <summary>Lets so many bytes of each link pass, then closes the connection. The count survives a change of the limit.</summary>
internal sealed class LimitData(ToxicAttributes attributes) : Toxic
{
    private readonly long _limit = attributes.Bytes("bytes");

    public override ToxicState Start(TimeSpan now, RandomStream random, ToxicState? previous) =>
        new State(this, (previous as State)?.Passed ?? 0);

    private sealed class State(LimitData toxic, long passed) : ToxicState
    {
        private bool _justReached;

        public long Passed { get; private set; } = passed;

        // Reaching the limit closes without waiting for more; a limit of 0, or one lowered below the count, waits for it.
        public override TimeSpan Deadline => _justReached ? TimeSpan.MinValue : TimeSpan.MaxValue;

        public override ChunkVerdict OnChunk(int length, TimeSpan arrived, TimeSpan now)
        {
            var left = toxic._limit - Passed;
            if (left <= 0)
            {
                return ChunkVerdict.End(Ending.Close, now);
            }

            var count = (int)Math.Min(left, length);
            Passed += count;
            _justReached = count == left;
            return ChunkVerdict.Forward(count, arrived);
        }
    }
}
