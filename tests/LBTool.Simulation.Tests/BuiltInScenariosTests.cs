using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation.Tests;

/// <summary>What comes with lbtool passes in virtual time, where no machine is too slow for it.</summary>
public class BuiltInScenariosTests
{
    public static TheoryData<string> Names => [.. BuiltInScenarios.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_passes(string name)
    {
        var scenario = Sample.Read(BuiltInScenarios.Find(name)!.Text);

        var judgement = Judge.Evaluate(new MeasuredRun(Sample.Run(scenario, scenario.Seed ?? 1)));

        Assert.All(judgement.Outcomes, outcome => Assert.True(
            outcome.Verdict == Verdict.Passed, $"{outcome.Text}: {outcome.Verdict}, {outcome.Actual} {outcome.Reason}"));
        Assert.Equal(Verdict.Passed, judgement.Verdict);
    }
}
