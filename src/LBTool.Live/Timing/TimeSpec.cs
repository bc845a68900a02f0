using System.Runtime.InteropServices;

namespace LBTool.Live.Timing;

/// <summary>A duration as the C library takes it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TimeSpec(TimeSpan time)
{
    public readonly nint Seconds = (nint)(time.Ticks / TimeSpan.TicksPerSecond);
    public readonly nint Nanoseconds = (nint)(time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
}
