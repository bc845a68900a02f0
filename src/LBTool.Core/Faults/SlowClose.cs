using LBTool.Core.Randomness;

namespace LBTool.Core.Faults;

/// <summary>The end of the stream goes on this much later; data is not touched.</summary>
internal sealed class SlowClose(ToxicAttributes attributes) : Toxic
{
    private readonly TimeSpan _delay = attributes.Milliseconds("delay");

    public override ToxicState Start(TimeSpan now, RandomStream random, ToxicState? previous) => new State(this);

    private sealed class State(SlowClose toxic) : ToxicState
    {
        public override ChunkVerdict OnEnd(Ending ending, TimeSpan now) => ChunkVerdict.End(ending, now + toxic._delay);
    }
}
