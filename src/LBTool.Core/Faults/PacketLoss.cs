using LBTool.Core.Randomness;

namespace LBTool.Core.Faults;

/// <summary>
/// Drops whole chunks, more likely after a drop. It takes bytes out of the stream, which TCP itself never does: the
/// receiver sees a corrupted stream and not a slow one.
/// </summary>
internal sealed class PacketLoss(ToxicAttributes attributes) : Toxic
{
    private readonly double _rate = attributes.Ratio("loss_rate");
    private readonly double _rateAfterLoss = Math.Min(1, attributes.Ratio("loss_rate") + attributes.Ratio("correlation"));

    public override ToxicState Start(TimeSpan now, RandomStream random, ToxicState? previous) => new State(this, random);

    private sealed class State(PacketLoss toxic, RandomStream random) : ToxicState
    {
        private bool _lost;

        public override ChunkVerdict OnChunk(int length, TimeSpan arrived, TimeSpan now)
        {
            _lost = random.NextDouble() < (_lost ? toxic._rateAfterLoss : toxic._rate);
            return _lost ? ChunkVerdict.Drop : ChunkVerdict.Forward(length, arrived);
        }
    }
}
