using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation.Tests;

public class ScaledScenarioTests
{
    private static readonly Scenario Scenario = Sample.Read("""
        version: 1
        name: sample
        target: { protocol: http, algorithm: p2c, backends: { count: 2, latency: 10ms } }
        load: { executor: constant-arrival-rate, rate: 100/s, duration: 10s }
        faults:
          - { name: named, at: 1s, target: b1, action: kill }
          - { name: one, at: 1s, target: one, action: kill }
          - { name: half, at: 1s, target: 50%, action: kill }
        """);

    [Fact]
    public void Backends_traffic_and_what_faults_hit_grow_alike()
    {
        var scaled = ScaledScenario.Create(Scenario, 3);

        Assert.Equal(["b1", "b2", "b1-2", "b2-2", "b1-3", "b2-3"], scaled.Target.Backends.Select(backend => backend.Name));
        Assert.Equal(300, scaled.Load.Rate);
        Assert.All(Planner.Plan(scaled, 1).Faults, fault => Assert.Equal(3, fault.Backends.Length));
    }

    [Fact]
    public void Once_is_the_scenario_itself() => Assert.Same(Scenario, ScaledScenario.Create(Scenario, 1));
}
