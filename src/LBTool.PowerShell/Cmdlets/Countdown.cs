using System.Diagnostics;
using System.Management.Automation;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Shows how far something is that takes a known time.</summary>
internal static class Countdown
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for it, and writes progress meanwhile.</summary>
    /// <param name="cmdlet">Writes the progress.</param>
    /// <param name="activity">What is done, in words.</param>
    /// <param name="length">How long that takes.</param>
    /// <param name="work">It; must be begun.</param>
    public static void While(this Cmdlet cmdlet, string activity, Duration length, Task work)
    {
        var watch = Stopwatch.StartNew();
        while (Task.WaitAny([work], Interval) < 0)
        {
            var left = Math.Max(0, Math.Ceiling((length.Time - watch.Elapsed).TotalSeconds));
            cmdlet.WriteProgress(new ProgressRecord(1, activity, $"{left} s left")
            {
                SecondsRemaining = (int)left,
                PercentComplete = (int)Math.Min(100, 100 * watch.Elapsed.TotalMilliseconds / Math.Max(1, length.Time.TotalMilliseconds)),
            });
        }

        cmdlet.WriteProgress(new ProgressRecord(1, activity, "done") { RecordType = ProgressRecordType.Completed });
        work.GetAwaiter().GetResult();
    }
}
