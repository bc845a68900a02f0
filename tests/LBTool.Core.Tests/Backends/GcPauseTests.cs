using LBTool.Core.Backends;
using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Backends;

public class GcPauseTests
{
    // Pauses at 3 … 5, 13 … 15, 23 … 25 and so on.
    private static readonly PauseClock Clock = new(new GcPause(Ms(10), Ms(2)), first: Ms(3));

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 3, 3)]
    [InlineData(0, 4, 6)]
    [InlineData(0, 11, 13)]
    [InlineData(0, 12, 16)]
    [InlineData(3, 0, 5)]
    [InlineData(4, 0, 5)]
    [InlineData(4, 8, 13)]
    [InlineData(5, 0, 5)]
    [InlineData(5, 8, 13)]
    [InlineData(5, 9, 16)]
    [InlineData(12, 1, 13)]
    [InlineData(12, 2, 16)]
    [InlineData(12, 18, 36)]
    [InlineData(103, 0, 105)]
    public void Work_stands_still_in_each_pause(int start, int work, int done) =>
        Assert.Equal(Ms(done), Clock.Finish(Ms(start), Ms(work)));

    [Fact]
    public void It_agrees_with_a_clock_that_ticks()
    {
        var random = new RandomStream(1);
        for (var round = 0; round < 2_000; round++)
        {
            var every = 2 + random.Next(20);
            var pause = 1 + random.Next(every - 1);
            var (first, start, work) = (random.Next(30), random.Next(60), random.Next(60));
            var clock = new PauseClock(new GcPause(new TimeSpan(every), new TimeSpan(pause)), new TimeSpan(first));

            // One tick of time after another is worked in, unless it is in a pause.
            var (now, left) = (start, work);
            while (left > 0 || (work == 0 && InPause(now)))
            {
                left -= InPause(now) ? 0 : 1;
                now++;
            }

            Assert.Equal(now, clock.Finish(new TimeSpan(start), new TimeSpan(work)).Ticks);

            bool InPause(int time) => time >= first && (time - first) % every < pause;
        }
    }

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);
}
