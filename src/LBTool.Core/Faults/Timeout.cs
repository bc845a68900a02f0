using LBTool.Core.Randomness;

namespace LBTool.Core.Faults;

/// <summary>
/// Swallows all data, and closes the connection when nothing has come for this long. Taking it away closes the
/// connections that it has swallowed bytes of, and spares the others.
/// </summary>
internal sealed class Timeout(ToxicAttributes attributes) : Toxic
{
    private readonly TimeSpan _silence = attributes.Milliseconds("timeout");

    public override ToxicState Start(TimeSpan now, RandomStream random, ToxicState? previous) =>
        new State(this, now, previous is { ClosesWhenRemoved: true });

    private sealed class State(Timeout toxic, TimeSpan now, bool swallowed) : ToxicState
    {
        private TimeSpan _lastHeard = now;
        private bool _swallowed = swallowed;

        public override TimeSpan Deadline =>
            toxic._silence > TimeSpan.Zero ? _lastHeard + toxic._silence : TimeSpan.MaxValue;

        public override bool ClosesWhenRemoved => _swallowed;

        public override ChunkVerdict OnChunk(int length, TimeSpan arrived, TimeSpan now)
        {
            _lastHeard = arrived;
            _swallowed = true;
            return ChunkVerdict.Drop;
        }
    }
}
