using LBTool.Core.Arrivals;
using LBTool.Live.Timing;

namespace LBTool.Live.Load;

/// <summary>
/// The open model: sends at the instants of a schedule, never before them, whatever became of the requests before.
/// A thread of its own does it, so that no queue of the thread pool stands between an instant and its request. It
/// sleeps until the next instant; when it comes late it sends all that is due in one go.
/// </summary>
/// <param name="pacer">The schedule.</param>
/// <param name="clock">The time of the run.</param>
/// <param name="begin">When the schedule begins.</param>
/// <param name="send">Sends the request of an intended instant, without waiting for the answer; must not throw.</param>
internal sealed class Dispatcher(Pacer pacer, RunClock clock, TimeSpan begin, Action<TimeSpan> send)
{
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the last request of the schedule has been sent, or on <paramref name="stop"/>.</summary>
    public Task RunAsync(CancellationToken stop)
    {
        var thread = new Thread(() => Run(stop))
        {
            IsBackground = true,
            Name = "lbtool arrivals",
            Priority = ThreadPriority.AboveNormal,
        };
        thread.Start();
        return _finished.Task;
    }

    private void Run(CancellationToken stop)
    {
        try
        {
            using var alarm = Alarm.Create();
            using var ringing = stop.UnsafeRegister(static alarm => ((Alarm)alarm!).Ring(), alarm);
            while (pacer.TryNext(out var intended) && WaitUntil(begin + intended, alarm, stop))
            {
                send(begin + intended);
            }

            _finished.SetResult();
        }
        catch (Exception exception)
        {
            _finished.SetException(exception);
        }
    }

    private bool WaitUntil(TimeSpan intended, Alarm alarm, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (clock.Now >= intended)
            {
                return true;
            }

            alarm.SleepUntil(clock.TimestampOf(intended));
        }

        return false;
    }
}
