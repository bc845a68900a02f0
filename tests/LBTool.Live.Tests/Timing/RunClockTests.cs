using System.Diagnostics;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Timing;

public class RunClockTests
{
    [Fact]
    public void It_stands_at_zero_until_it_starts()
    {
        var clock = new RunClock();

        Assert.Equal(TimeSpan.Zero, clock.Now);
        Assert.Throws<InvalidOperationException>(() => clock.TimestampOf(TimeSpan.Zero));
    }

    [Fact]
    public void A_time_is_reached_no_earlier_than_its_timestamp()
    {
        var clock = new RunClock();
        clock.Start();
        var before = Stopwatch.GetTimestamp();

        Assert.True(clock.TimestampOf(TimeSpan.Zero) <= before);
        Assert.Equal(
            Stopwatch.Frequency / 10,
            clock.TimestampOf(TimeSpan.FromMilliseconds(100)) - clock.TimestampOf(TimeSpan.Zero),
            tolerance: 1.0);
    }
}
