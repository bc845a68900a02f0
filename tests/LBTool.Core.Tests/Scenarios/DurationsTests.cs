using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Scenarios;

public class DurationsTests
{
    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("1.5s", 1500)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("100us", 0.1)]
    [InlineData("-5ms", -5)]
    [InlineData("0", 0)]
    public void A_number_with_a_unit_is_a_duration(string text, double milliseconds)
    {
        Assert.True(Durations.TryParse(text, out var value));
        Assert.Equal(milliseconds, value.TotalMilliseconds, 6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("5sec")]
    [InlineData("1e3s")]
    [InlineData("NaNs")]
    [InlineData("Infinitys")]
    [InlineData("99999999h")]
    public void Anything_else_is_none(string text) => Assert.False(Durations.TryParse(text, out _));
}
