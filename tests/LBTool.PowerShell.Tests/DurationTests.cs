namespace LBTool.PowerShell.Tests;

public class DurationTests
{
    [Theory]
    [InlineData("250ms", 250, "250ms")]
    [InlineData("1.5s", 1500, "1500ms")]
    [InlineData("2m", 120_000, "120s")]
    [InlineData("1h", 3_600_000, "3600s")]
    [InlineData("100us", 0.1, "0.1ms")]
    [InlineData(" 10s ", 10_000, "10s")]
    [InlineData("0s", 0, "0s")]
    public void What_lbtool_writes_is_read_and_written_exactly(string text, double milliseconds, string written)
    {
        var duration = Duration.Parse(text);

        Assert.Equal(milliseconds, duration.Time.TotalMilliseconds);
        Assert.Equal(written, $"{duration}");
        Assert.Equal(duration, Duration.Parse($"{duration}"));
    }

    [Theory]
    [InlineData("10")]
    [InlineData("-1s")]
    [InlineData("soon")]
    [InlineData("1,5s")]
    [InlineData("")]
    [InlineData("9999999h")]
    public void Anything_else_is_refused_with_an_example(string text) =>
        Assert.Contains("250ms", Assert.Throws<FormatException>(() => Duration.Parse(text)).Message);

    [Fact]
    public void PowerShell_takes_a_text_or_a_TimeSpan()
    {
        using var engine = new Engine();

        Assert.Equal("1500ms", $"{engine.Value<Duration>("[LBTool.PowerShell.Duration] '1.5s'")}");
        Assert.Equal("90s", $"{engine.Value<Duration>("[LBTool.PowerShell.Duration] [timespan] '0:1:30'")}");
    }
}
