using LBTool.Core.Randomness;

namespace LBTool.Core.Faults;

/// <summary>
/// Each chunk leaves this much later than it came, in order. The delay counts from the arrival, so throughput is not
/// limited until 32 MiB wait in one link.
/// </summary>
internal sealed class Latency(ToxicAttributes attributes) : Toxic
{
    private readonly TimeSpan _latency = attributes.Milliseconds("latency");
    private readonly TimeSpan _jitter = attributes.Milliseconds("jitter");

    public override ToxicState Start(TimeSpan now, RandomStream random, ToxicState? previous) => new State(this, random);

    private TimeSpan Draw(RandomStream random)
    {
        var delay = _jitter > TimeSpan.Zero ? _latency + (_jitter * random.NextDouble(-1, 1)) : _latency;
        return delay > TimeSpan.Zero ? delay : TimeSpan.Zero;
    }

    private sealed class State(Latency toxic, RandomStream random) : ToxicState
    {
        public override int Capacity => 32 * 1024 * 1024;

        public override ChunkVerdict OnChunk(int length, TimeSpan arrived, TimeSpan now) =>
            ChunkVerdict.Forward(length, arrived + toxic.Draw(random));
    }
}
