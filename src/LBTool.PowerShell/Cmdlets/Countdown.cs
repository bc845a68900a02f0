using System.Diagnostics;
using System.Management.Automation;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Shows how far something is that takes a known time.</summary>
internal static class Countdown
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Does it on another thread, and writes progress meanwhile.</summary>
    public static T While<T>(this Cmdlet cmdlet, string activity, TimeSpan length, Func<T> work)
    {
        var task = Task.Run(work);
        var record = new ProgressRecord(1, activity, "…");
        var watch = Stopwatch.StartNew();
        try
        {
            while (!task.Wait(Interval))
            {
                var left = length - watch.Elapsed;
                record.SecondsRemaining = (int)Math.Max(0, Math.Ceiling(left.TotalSeconds));
                record.PercentComplete = (int)Math.Min(100, 100 * watch.Elapsed.TotalMilliseconds / Math.Max(1, length.TotalMilliseconds));
                record.StatusDescription = $"{record.SecondsRemaining} s left";
                cmdlet.WriteProgress(record);
            }
        }
        catch (AggregateException)
        {
            // Thrown again below, as what it is.
        }
        finally
        {
            record.RecordType = ProgressRecordType.Completed;
            cmdlet.WriteProgress(record);
        }

        return task.GetAwaiter().GetResult();
    }
}
