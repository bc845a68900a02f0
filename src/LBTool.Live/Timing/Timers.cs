namespace LBTool.Live.Timing;

/// <summary>What the timers of the platform can do.</summary>
internal static class Timers
{
    // Whole milliseconds in 32 bits.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>A time limit that they take: they refuse one above 24 days, which is as good as none.</summary>
    public static TimeSpan Limit(TimeSpan limit) => limit < Longest ? limit : Longest;
}
