using LBTool.Core.Randomness;

namespace LBTool.Core.Faults;

/// <summary>
/// Resets the connection this long after its first data or its end, which are lost. A silent connection lives on, and
/// one that waits for its reset goes on unharmed when the toxic is taken away.
/// </summary>
internal sealed class ResetPeer(ToxicAttributes attributes) : Toxic
{
    private readonly TimeSpan _wait = attributes.Milliseconds("timeout");

    public override ToxicState Start(TimeSpan now, RandomStream random, ToxicState? previous) => new State(this);

    private sealed class State(ResetPeer toxic) : ToxicState
    {
        public override ChunkVerdict OnChunk(int length, TimeSpan arrived, TimeSpan now) =>
            ChunkVerdict.End(Ending.Reset, now + toxic._wait);

        public override ChunkVerdict OnEnd(Ending ending, TimeSpan now) =>
            ChunkVerdict.End(Ending.Reset, now + toxic._wait);
    }
}
