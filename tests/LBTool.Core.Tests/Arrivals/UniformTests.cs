using LBTool.Core.Arrivals;

namespace LBTool.Core.Tests.Arrivals;

public class UniformTests
{
    [Theory]
    [InlineData(1, 10, 10)]
    [InlineData(5000, 60, 300_000)]
    [InlineData(0.1, 30, 3)] // 0.1 × 30 is a little more than 3 in binary, and 3 / 0.1 is not before 30
    [InlineData(0.01, 30, 1)]
    [InlineData(333.3, 3, 1000)] // the last at 999 / 333.3 s
    [InlineData(3, 1, 3)]
    public void Sends_rate_times_duration_rounded_up(double rate, double seconds, int count) =>
        Assert.Equal(count, PacerTests.All(new Uniform(rate, TimeSpan.FromSeconds(seconds))).Count);

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(4999.9)]
    public void Instant_i_is_i_over_rate_however_far(double rate)
    {
        var instants = PacerTests.All(new Uniform(rate, TimeSpan.FromSeconds(100)));

        // Rounding to ticks is off by half a tick at most.
        Assert.All(instants.Index(), each =>
            Assert.Equal(each.Index / rate * TimeSpan.TicksPerSecond, each.Item.Ticks, tolerance: 0.501));
    }

    [Fact]
    public void The_first_is_at_zero_and_none_at_the_end()
    {
        var instants = PacerTests.All(new Uniform(4, TimeSpan.FromSeconds(1)));

        Assert.Equal([0, 250, 500, 750], instants.Select(instant => instant.TotalMilliseconds));
    }
}
