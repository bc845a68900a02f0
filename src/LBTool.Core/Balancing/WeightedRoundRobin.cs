namespace LBTool.Core.Balancing;

/// <summary>
/// Turns in proportion to weight, spread as evenly as possible (nginx's smooth weighted round-robin): 5:1 gives
/// A A A B A A and not five in a row after each other's end. In bursts it is the plain A A A A A B of the textbooks.
/// </summary>
/// <param name="burst">Whether a backend's turns come in a row.</param>
public class WeightedRoundRobin(bool burst = false) : PreparedBalancer<int[]>
{
    private uint _turn = uint.MaxValue;

    /// <inheritdoc/>
    protected override int[] Make(Candidates candidates) =>
        burst ? SmoothSequence.InBursts(candidates.Weights) : SmoothSequence.Of(candidates.Weights);

    /// <inheritdoc/>
    protected override Backend Pick(Candidates candidates, int[] sequence, in PickContext context) =>
        candidates[sequence[Interlocked.Increment(ref _turn) % (uint)sequence.Length]];
}
