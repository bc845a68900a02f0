using LBTool.Core.Randomness;

namespace LBTool.Core.Faults;

/// <summary>Leaves every link alone: for trying out the plumbing.</summary>
internal sealed class Noop : Toxic
{
    public override ToxicState? Start(TimeSpan now, RandomStream random, ToxicState? previous) => null;
}
