using LBTool.Core.Draining;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The keys under <c>target.drain</c>.</summary>
internal static class DrainKeys
{
    private static readonly Key<TimeSpan> Deadline = Key.Default("deadline", Values.Duration, "30s",
        "how long what is in flight may take to end by itself; then it is cut");

    private static readonly Key<bool> HonourSticky = Key.Default("honour_sticky", Values.Flag, "false",
        "whether the requests of a session still go to its backend while that drains");

    public static readonly MapShape<DrainSpec> Drain = Map.Of(
        [Deadline, HonourSticky], fields => new DrainSpec(fields.Get(Deadline), fields.Get(HonourSticky)));
}
