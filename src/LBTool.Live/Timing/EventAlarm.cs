using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LBTool.Live.Timing;

/// <summary>
/// The alarm of Linux: it polls an eventfd with a timeout in nanoseconds, about 0.03 ms late on an idle machine.
/// Nothing wakes it between now and the instant, so a far one costs no CPU.
/// </summary>
internal sealed partial class EventAlarm : Alarm
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int SetTimerSlack = 29;
    private const short Readable = 1;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    [ThreadStatic]
    private static bool _isPunctual;

    private readonly SafeFileHandle _event = OpenEvent();

    /// <inheritdoc/>
    public override void SleepUntil(long due)
    {
        BePunctual();
        var time = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        var timeout = new TimeSpec(time <= TimeSpan.Zero ? TimeSpan.Zero : time < LongestSleep ? time : LongestSleep);
        var poll = new PollItem { File = (int)_event.DangerousGetHandle(), Wanted = Readable };
        if (Poll(ref poll, 1, in timeout, IntPtr.Zero) > 0)
        {
            Read(_event, out _, sizeof(ulong));
        }
    }

    /// <inheritdoc/>
    public override void Ring() => Write(_event, 1, sizeof(ulong));

    /// <inheritdoc/>
    public override void Dispose() => _event.Dispose();

    // By default Linux may wake a thread 0.05 ms late, to save power.
    private static void BePunctual()
    {
        if (!_isPunctual)
        {
            _ = Control(SetTimerSlack, 1, 0, 0, 0);
            _isPunctual = true;
        }
    }

    private static SafeFileHandle OpenEvent()
    {
        var file = EventFile(0, NonBlocking | CloseOnExec);
        return file >= 0
            ? new SafeFileHandle(file, ownsHandle: true)
            : throw new IOException($"eventfd failed with error {Marshal.GetLastPInvokeError()}: too many open files?");
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFile(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll")]
    private static partial int Poll(ref PollItem items, nuint count, in TimeSpec timeout, IntPtr signals);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(SafeFileHandle file, out ulong value, nuint size);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeFileHandle file, in ulong value, nuint size);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint a, nuint b, nuint c, nuint d);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollItem
    {
        public int File;
        public short Wanted;
        public short Happened;
    }
}
