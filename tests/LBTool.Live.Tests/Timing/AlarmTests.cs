using System.Diagnostics;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Timing;

public class AlarmTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_ring_before_the_sleep_ends_it(bool portable)
    {
        using var alarm = Create(portable);
        alarm.Ring();

        alarm.SleepUntil(long.MaxValue);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_ring_ends_the_sleep_that_is_going_on(bool portable)
    {
        using var alarm = Create(portable);
        var sleeping = Task.Run(() => alarm.SleepUntil(long.MaxValue), TestContext.Current.CancellationToken);

        alarm.Ring();

        await sleeping.WaitAsync(Generous, TestContext.Current.CancellationToken);
    }

    // A ring that stayed in the alarm would make every later sleep a busy loop.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_ring_ends_one_sleep_and_the_next_reaches_its_instant(bool portable)
    {
        using var alarm = Create(portable);
        alarm.Ring();
        alarm.SleepUntil(long.MaxValue);

        var due = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 20);
        var sleeps = 0;
        while (Stopwatch.GetTimestamp() < due)
        {
            alarm.SleepUntil(due);
            sleeps++;
        }

        // The portable alarm naps 0.4 ms at a time for the last 20 ms; a busy loop makes tens of thousands of turns.
        Assert.InRange(sleeps, 1, 200);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_instant_that_has_passed_ends_the_sleep_at_once(bool portable)
    {
        using var alarm = Create(portable);

        alarm.SleepUntil(0);
    }

    private static Alarm Create(bool portable) => portable ? new NapAlarm() : Alarm.Create();
}
