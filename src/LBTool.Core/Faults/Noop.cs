using LBTool.Core.Randomness;

namespace LBTool.Core.Faults;

/// <summary>Lets everything pass, through the chain like any other toxic, and so counted: for trying out the plumbing.</summary>
internal sealed class Noop : Toxic
{
    public override ToxicState? Start(TimeSpan now, RandomStream random, ToxicState? previous) => previous ?? new Passing();

    /// <summary>A toxic's defaults are all that is needed.</summary>
    private sealed class Passing : ToxicState;
}
