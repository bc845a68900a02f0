using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation.Tests;

/// <summary>What the simulator does not know, it refuses before anything happens.</summary>
public class UnsupportedTests
{
    [Theory]
    [InlineData("sticky: { by: cookie },", "", "", "sticky sessions")]
    [InlineData("", ", sessions: true", "", "sessions of b1")]
    [InlineData("", ", gc_pause: { every: 1s, for: 100ms }", "", "gc_pause of b1")]
    [InlineData("", "", "{ name: f, at: 1s, for: 1s, target: b1, http: { hang: true } }", "the HTTP fault of f")]
    [InlineData("", "", "{ name: f, at: 1s, for: 1s, target: b1, action: fail-app }", "the action of f")]
    public void It_is_named_with_what_to_do_instead(string target, string backends, string fault, string named)
    {
        var reading = ScenarioReader.Read(
            $$"""
            version: 1
            name: unsupported
            target: { {{target}} backends: { count: 2{{backends}} } }
            load: { executor: constant-arrival-rate, rate: 10/s, duration: 3s }
            faults: [{{fault}}]
            """,
            "unsupported.lb.yaml");
        Assert.Empty(reading.Problems);
        var plan = Planner.Plan(reading.Scenario!, seed: 1);
        var world = new SimulatedWorld(plan);
        var conductor = new Conductor(plan, world, TimeProvider.System, "test");

        var result = world.Run(conductor, TestContext.Current.CancellationToken);

        Assert.IsType<WorldException>(conductor.Failure);
        Assert.Equal(RunEnd.Failed, result.End);
        Assert.Equal($"the simulator does not know {named}: run the scenario for real (lbtool run)", result.EndReason);
    }
}
