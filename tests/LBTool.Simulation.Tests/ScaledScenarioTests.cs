using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
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

    [Fact]
    public void What_is_expected_of_a_backend_is_expected_of_its_copies()
    {
        // Round-robin: b1 has a third of the picks, and so have its copies together; each copy has one request at a time,
        // and all four together have four.
        var scenario = ScaledScenario.Create(
            Sample.Read("""
                version: 1
                name: scaled
                target: { algorithm: round-robin, backends: { count: 3, latency: 10ms } }
                load: { executor: constant-vus, vus: 3, duration: 2s }
                expect:
                  - share{backend=b1} > 33%
                  - share{backend=b1} < 34%
                  - requests{backend=b1} == 800
                  - attempts{backend=b1} == 800
                  - max_inflight{backend=b1} == 1
                  - inflight{backend=b1} <= 1
                  - p95{backend=b1} == 10ms
                """),
            4);

        var run = new MeasuredRun(Sample.Run(scenario, seed: 1));

        Assert.All(Judge.Evaluate(run).Outcomes, outcome => Assert.True(outcome.Verdict == Verdict.Passed, $"{outcome.Text}: {outcome.Actual} {outcome.Reason}"));
    }

    [Theory]
    [InlineData("b1-2", 2, "the copies of b1 would be called b1-2 too; give backend b1-2 another name")]
    [InlineData("b1-2", 1, null)]
    [InlineData("b1-3", 2, null)]
    [InlineData("b1-02", 2, null)]
    [InlineData("c-2", 2, null)]
    public void A_copy_must_not_be_called_as_another_backend(string name, int factor, string? why)
    {
        var backends = Scenario.Target.Backends;
        var scenario = Scenario with { Target = Scenario.Target with { Backends = [backends[0], backends[1] with { Name = name }] } };

        Assert.Equal(why, ScaledScenario.WhyNot(scenario, factor));
        if (why is not null)
        {
            Assert.StartsWith(why, Assert.Throws<ArgumentException>(() => ScaledScenario.Create(scenario, factor)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void There_are_only_so_many_backends() => Assert.Equal(
        "2 backends x 500001 are more than 1000000; scale by 500000 at most", ScaledScenario.WhyNot(Scenario, 500_001));
}
