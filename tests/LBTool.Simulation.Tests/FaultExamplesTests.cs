using LBTool.Core.Measurements;
using LBTool.Tests;

namespace LBTool.Simulation.Tests;

/// <summary>What docs/faults.md shows can be run: in virtual time each example takes milliseconds.</summary>
public class FaultExamplesTests
{
    public static TheoryData<string> Examples => [.. FaultExamples.All];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Each_runs_to_its_end_and_all_of_its_faults_act(string example)
    {
        var scenario = Sample.Read(FaultExamples.Complete(example));

        var result = Sample.Run(scenario, seed: 1);

        Assert.NotEmpty(result.Requests);
        Assert.All(scenario.Faults, fault => Assert.All(
            (RunEventKind[])[RunEventKind.FaultStart, RunEventKind.FaultEnd],
            kind => Assert.Contains(result.Events, happened => happened.Kind == kind && happened.Name == fault.Name)));
    }
}
