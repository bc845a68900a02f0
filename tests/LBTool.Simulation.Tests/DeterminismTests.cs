using LBTool.Core.Reports;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation.Tests;

public class DeterminismTests
{
    [Fact]
    public void Same_scenario_seed_and_version_give_the_same_bytes()
    {
        Scenario[] scenarios = [.. BuiltInScenarios.All.Select(scenario => Sample.Read(scenario.Text))];
        Assert.True(scenarios.Length >= 4);
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var scenario = scenarios[(int)seed % scenarios.Length];
            var log = Log(scenario, seed);
            Assert.True(log.Length > 10_000);
            Assert.True(log == Log(scenario, seed), $"{scenario.Name}, seed {seed}: two runs differ");
            Assert.False(log == Log(scenario, seed + 100), $"{scenario.Name}, seed {seed}: the seed does not matter");
        }
    }

    private static string Log(Scenario scenario, ulong seed)
    {
        using var log = new StringWriter();
        EventLog.Write(Sample.Run(scenario, seed), log);
        return log.ToString();
    }
}
