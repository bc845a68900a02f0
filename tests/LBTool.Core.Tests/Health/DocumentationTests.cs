using LBTool.Core.Expectations;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;
using LBTool.Core.Scenarios.Keys;

namespace LBTool.Core.Tests.Health;

public class DocumentationTests
{
    private static readonly string Page = Checkout.Read("docs/health.md");

    [Fact]
    public void The_example_reads_with_all_that_it_expects()
    {
        var example = Page.Split("```yaml\n")[1].Split("```")[0];
        var reading = ScenarioReader.Read(example, "docs/health.md");

        Assert.Empty(reading.Problems);
        Assert.All(reading.Scenario!.Expect, written => Assert.Null(ExpectationParser.Parse(written.Text).Error));
    }

    [Fact]
    public void Every_state_kind_of_event_key_and_scenario_is_named()
    {
        var kinds = new[] { RunEventKind.Probe, RunEventKind.StateChange, RunEventKind.Spared, RunEventKind.PanicStart, RunEventKind.PanicEnd };
        Assert.All(BackendStates.Names, name => Assert.Contains($"`{name}`", Page));
        Assert.All(kinds, kind => Assert.Contains($"`{char.ToLowerInvariant($"{kind}"[0])}{$"{kind}"[1..]}`", Page));
        Assert.All(
            PassiveKeys.Passive.Shape.Keys.Where(key => key.Key.Name is not ("window" or "min_requests")),
            key => Assert.Contains($"`{key.Key.Name}", Page));
        Assert.All(
            BuiltInScenarios.All.Where(scenario => scenario.Text.Contains("\n  health:", StringComparison.Ordinal)),
            scenario => Assert.Contains($"`{scenario.Name}`", Page));
    }
}
