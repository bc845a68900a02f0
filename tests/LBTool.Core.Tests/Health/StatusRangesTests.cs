using LBTool.Core.Health;

namespace LBTool.Core.Tests.Health;

public class StatusRangesTests
{
    [Theory]
    [InlineData("200", "200", 200, 201)]
    [InlineData("200-299,404", "200-299,404", 299, 403)]
    [InlineData(" 100 - 599 ", "100-599", 599, 600)]
    [InlineData("204-204", "204", 204, 205)]
    public void They_are_read_as_written(string text, string written, int among, int outside)
    {
        var ranges = StatusRanges.Parse(text)!;
        Assert.Equal(written, ranges.ToString());
        Assert.True(ranges.Contain(among));
        Assert.False(ranges.Contain(outside));
    }

    [Theory]
    [InlineData("")]
    [InlineData("999")]
    [InlineData("99")]
    [InlineData("299-200")]
    [InlineData("200-")]
    [InlineData("200-299-300")]
    [InlineData("200,")]
    [InlineData("2xx")]
    [InlineData("-200")]
    public void Anything_else_is_none(string text) => Assert.Null(StatusRanges.Parse(text));
}
