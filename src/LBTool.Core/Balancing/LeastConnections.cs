using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// The fewest in-flight / weight, ties at random among the tied. Breaking ties by index instead would send every
/// request of an idle pool to the first backend.
/// </summary>
/// <param name="random">Breaks ties.</param>
/// <param name="turns">Whether those tied take turns instead.</param>
public sealed class LeastConnections(RandomStream random, bool turns = false) : LeastScore
{
    private uint _turn = uint.MaxValue;

    /// <inheritdoc/>
    protected override float ScoreOf(Backend backend) => (float)backend.Load;

    /// <inheritdoc/>
    protected override Backend Pick(Candidates candidates, LoadTree index, in PickContext context) => turns
        ? index.FindByTurn(Interlocked.Increment(ref _turn))
        : index.FindByChance(random.PickBits());
}
