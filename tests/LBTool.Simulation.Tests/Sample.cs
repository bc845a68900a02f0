using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using Microsoft.Extensions.Time.Testing;

namespace LBTool.Simulation.Tests;

/// <summary>Scenarios and their simulated runs, for tests.</summary>
internal static class Sample
{
    /// <summary>Simulates a scenario as a file would say it; what it leaves out is 100 requests/s for 10 s on two backends of 10 ms.</summary>
    public static RunResult Run(
        string faults = "",
        string backends = "{ count: 2, latency: 10ms }",
        string load = "{ executor: constant-arrival-rate, rate: 100/s, duration: 10s, timeout: 2s }",
        string algorithm = "round-robin",
        string target = "",
        SimulationOptions? options = null)
    {
        var text = $$"""
            version: 1
            name: sample
            target: { protocol: http, algorithm: {{algorithm}}, backends: {{backends}}{{target}} }
            load: {{load}}
            {{(faults.Length == 0 ? "" : $"faults: [ {faults} ]")}}
            """;
        return Run(Read(text), 1, options);
    }

    public static Scenario Read(string text)
    {
        var reading = ScenarioReader.Read(text, "sample");
        Assert.Empty(reading.Problems);
        return reading.Scenario!;
    }

    public static RunResult Run(Scenario scenario, ulong seed, SimulationOptions? options = null)
    {
        var plan = Planner.Plan(scenario, seed);
        var world = new SimulatedWorld(plan, options);
        var conductor = new Conductor(plan, world, new FakeTimeProvider(), "test");
        var result = world.Run(conductor, TestContext.Current.CancellationToken);
        Assert.True(conductor.Failure is null, conductor.Failure?.ToString());
        return result;
    }

    public static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
