using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LBTool.Live.Timing;

/// <summary>
/// The alarm of systems without a precise wait that another thread can end. It sleeps far from the instant on an
/// event, which may oversleep by one tick of the system, and near it in short naps, which no ring ends.
/// </summary>
internal sealed partial class NapAlarm : Alarm
{
    // The default tick of Windows is 15.6 ms. Waits on an event count whole milliseconds, hence one more.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Near = Margin + TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Farthest = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestNap = TimeSpan.FromMicroseconds(400);

    private readonly AutoResetEvent _ring = new(false);

    /// <inheritdoc/>
    public override void SleepUntil(long due)
    {
        var time = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        if (time > Near)
        {
            _ring.WaitOne(time < Farthest ? time - Margin : Farthest);
        }
        else if (time > TimeSpan.Zero && !_ring.WaitOne(0))
        {
            Nap(time < LongestNap ? time : LongestNap);
        }
    }

    /// <inheritdoc/>
    public override void Ring() => _ring.Set();

    /// <inheritdoc/>
    public override void Dispose() => _ring.Dispose();

    // Windows has no nap this short. Giving the core to others keeps the instant, at the price of a busy core while
    // an instant is near.
    private static void Nap(TimeSpan time)
    {
        if (OperatingSystem.IsWindows())
        {
            Thread.Yield();
        }
        else
        {
            var request = new TimeSpec(time);
            _ = NanoSleep(in request, IntPtr.Zero);
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in TimeSpec request, IntPtr remaining);
}
