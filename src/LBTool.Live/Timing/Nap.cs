using System.Runtime.InteropServices;

namespace LBTool.Live.Timing;

/// <summary>A short sleep of the calling thread, in microseconds where the system can do that.</summary>
internal static partial class Nap
{
    /// <summary>
    /// Sleeps about <paramref name="time"/>: 0.06 ms more on Linux and macOS, a millisecond or more elsewhere.
    /// May end early on a signal; callers check the clock.
    /// </summary>
    public static void Sleep(TimeSpan time)
    {
        if (time <= TimeSpan.Zero)
        {
            return;
        }

        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            var request = new TimeSpec(time);
            _ = NanoSleep(in request, IntPtr.Zero);
        }
        else if (time >= TimeSpan.FromMilliseconds(1.5))
        {
            Thread.Sleep(1);
        }
        else
        {
            Thread.Yield();
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in TimeSpec request, IntPtr remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec(TimeSpan time)
    {
        public readonly nint Seconds = (nint)(time.Ticks / TimeSpan.TicksPerSecond);
        public readonly nint Nanoseconds = (nint)(time.Ticks % TimeSpan.TicksPerSecond * 100);
    }
}
