using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Scenarios;

public class SuggestionsTests
{
    private static readonly string[] Known = ["latency", "jitter", "weight", "at", "for"];

    [Theory]
    [InlineData("latancy", "latency")]
    [InlineData("lateny", "latency")]
    [InlineData("LATENCY", "latency")]
    [InlineData("wieght", "weight")]
    [InlineData("fro", "for")]
    [InlineData("att", "at")]
    [InlineData("lat", "latency")]
    [InlineData("weighting", "weight")]
    public void A_slip_finds_the_name_that_was_meant(string typed, string meant) =>
        Assert.Equal(meant, Suggestions.Closest(typed, Known));

    [Theory]
    [InlineData("")]
    [InlineData("banana")]
    [InlineData("l")]
    [InlineData("x")]
    public void What_is_far_from_everything_finds_nothing(string typed) => Assert.Null(Suggestions.Closest(typed, ["latency", "jitter", "a"]));
}
