using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Scenarios;

public class BuiltInScenariosTests
{
    public static TheoryData<string> Names => [.. BuiltInScenarios.All.Select(scenario => scenario.Name)];

    [Fact]
    public void Those_that_the_documentation_names_are_there() =>
        Assert.Superset(
            new HashSet<string>
            {
                "dead-backend", "fast-failing-backend", "reset-mid-response", "slow-backend", "cache-locality", "ring-resize", "tcp-dead-backend",
                "canary-weights", "sticky-failover", "uneven-durations", "cold-backend",
            },
            BuiltInScenarios.All.Select(scenario => scenario.Name).ToHashSet());

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_reads_without_a_problem_and_ends_soon(string name)
    {
        var builtIn = BuiltInScenarios.Find(name)!;
        var reading = ScenarioReader.Read(builtIn.Text, name);

        Assert.Empty(reading.Problems);
        Assert.NotEmpty(reading.Scenario!.Expect);
        Assert.True(reading.Scenario.Load.Duration <= TimeSpan.FromSeconds(20));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_names_the_schema_and_describes_itself(string name)
    {
        var builtIn = BuiltInScenarios.Find(name)!;

        Assert.StartsWith("# yaml-language-server: $schema=../schemas/scenario.schema.json\n# ", builtIn.Text);
        Assert.InRange(builtIn.Description.Length, 20, 120);
    }

    [Fact]
    public void An_unknown_name_finds_nothing() => Assert.Null(BuiltInScenarios.Find("no-such-scenario"));
}
