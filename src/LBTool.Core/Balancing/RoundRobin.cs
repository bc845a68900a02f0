namespace LBTool.Core.Balancing;

/// <summary>The next available backend in turn, blind to load: a slow backend keeps its full 1/n of the requests.</summary>
public sealed class RoundRobin : Balancer
{
    // One below the first turn, so that the first pick is the first backend.
    private uint _turn = uint.MaxValue;

    /// <inheritdoc/>
    public override Backend Pick(Candidates candidates, in PickContext context) =>
        candidates[(int)(Interlocked.Increment(ref _turn) % (uint)candidates.Count)];
}
