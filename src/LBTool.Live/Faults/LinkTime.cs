using System.Diagnostics;

namespace LBTool.Live.Faults;

/// <summary>The time that live links tell their toxics: the <see cref="Stopwatch"/> as a <see cref="TimeSpan"/>.</summary>
internal static class LinkTime
{
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>The timestamp at which <see cref="Now"/> has reached <paramref name="time"/>: rounded up, never early.</summary>
    public static long ToTimestamp(TimeSpan time) =>
        (long)Int128.Min(long.MaxValue, (((Int128)time.Ticks * Stopwatch.Frequency) / TimeSpan.TicksPerSecond) + 1);
}
