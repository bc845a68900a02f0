using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Scenarios;

public class MomentsTests
{
    [Theory]
    [InlineData("10s")]
    [InlineData("start")]
    [InlineData("end")]
    [InlineData("end - 2s")]
    [InlineData("slow-b1.start")]
    [InlineData("slow-b1.end + 200ms")]
    public void A_moment_is_written_as_it_is_read(string text) => Assert.Equal(text, Moments.Format(Moments.Parse(text)!));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("a.begin")]
    [InlineData("a.start + soon")]
    [InlineData("a.start 2s")]
    public void Anything_else_is_none(string text) => Assert.Null(Moments.Parse(text));

    [Fact]
    public void A_window_that_really_happened_wins_over_the_planned_one()
    {
        var scenario = ScenarioReader.Read("""
            version: 1
            name: x
            target: { backends: { count: 1 } }
            load: { rate: 1/s, duration: 20s }
            faults: [{ name: f, at: 5s, for: 30s, target: b1, action: kill }]
            phases: { p: { from: f.start + 1s } }
            """, "x").Scenario!;
        var length = TimeSpan.FromSeconds(20);

        Assert.Equal(new Window(TimeSpan.FromSeconds(5), length), new MomentResolver(scenario, length).WindowOf("f"));
        Assert.Equal(
            new Window(TimeSpan.FromSeconds(7), length),
            new MomentResolver(scenario, length, new Dictionary<string, Window> { ["f"] = new(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(9)) })
                .WindowOf("p"));
        Assert.Null(new MomentResolver(scenario, length).WindowOf("q"));
    }
}
