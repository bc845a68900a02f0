using LBTool.Core.Plans;
using LBTool.Core.Runs;

namespace LBTool.Simulation.Tests;

/// <summary>What the simulator does not know, it refuses before anything happens.</summary>
public class UnsupportedTests
{
    [Fact]
    public void It_is_named_with_what_to_do_instead()
    {
        var scenario = Sample.Read(
            """
            version: 1
            name: unsupported
            target: { backends: { count: 2 }, fault_proxy: { engine: toxiproxy } }
            load: { executor: constant-arrival-rate, rate: 10/s, duration: 3s }
            """);
        var plan = Planner.Plan(scenario, seed: 1);
        var world = new SimulatedWorld(plan);
        var conductor = new Conductor(plan, world, TimeProvider.System, "test");

        var result = world.Run(conductor, TestContext.Current.CancellationToken);

        Assert.IsType<WorldException>(conductor.Failure);
        Assert.Equal("the simulator does not know a Toxiproxy server: run the scenario for real (lbtool run)", result.EndReason);
    }
}
