using System.Collections.Concurrent;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live;
using LBTool.Simulation;

namespace LBTool.Cli.Tests;

/// <summary>The built-in scenarios of health checks pass in the real world and in the pretend one, by the same changes of state.</summary>
public class HealthParityTests
{
    private const int AtATime = 3;
    private const int MostTries = 6;

    private static readonly string[] Names =
        ["fall-rise", "flapping", "shallow-probe", "lying-probe", "hung-probe", "panic", "correlated-failure", "black-hole", "recovery-stampede"];

    [Fact]
    public async Task Both_worlds_come_to_the_same_verdicts()
    {
        var differences = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            Names,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = TestContext.Current.CancellationToken },
            async (name, stop) =>
            {
                if (await DifferenceAsync(name, stop) is { } difference)
                {
                    differences.Add(difference);
                }
            });

        Assert.Empty(differences);
    }

    // A machine that is busy enough makes healthy backends miss their probes: as a gate would, it may try again.
    private static async Task<string?> DifferenceAsync(string name, CancellationToken stop)
    {
        var reading = ScenarioReader.Read(BuiltInScenarios.Find(name)!.Text, name);
        var plan = Planner.Plan(reading.Scenario!, reading.Scenario!.Seed!.Value);
        var pretended = Story(Simulate(plan, stop), plan);
        var real = "";
        for (var tries = 0; tries < MostTries && real != pretended; tries++)
        {
            await using var world = new LiveWorld(plan);
            real = Story(await new Conductor(plan, world, TimeProvider.System, "test").RunAsync(stop), plan);
        }

        return real != pretended ? $"{name}\nsimulated:\n{pretended}\nlive:\n{real}"
            : pretended.StartsWith(nameof(Verdict.Passed), StringComparison.Ordinal) ? null : $"{name}: {pretended}";
    }

    // How often a trial of a broken backend fails depends on when requests come: those changes are no part of the story.
    private static string Story(RunResult result, RunPlan plan)
    {
        var judgement = Judge.Evaluate(new MeasuredRun(result));
        var states = result.Events
            .Where(happened => happened.Kind == RunEventKind.StateChange && plan.Scenario.Target.Health.Passive is null)
            .GroupBy(happened => happened.Backend, happened => happened.Name)
            .OrderBy(changes => changes.Key)
            .Select(changes => $"b{changes.Key + 1}: {string.Join(", ", changes)}");
        return string.Join('\n', [$"{judgement.Verdict}", .. judgement.Outcomes.Select(outcome => $"{outcome.Verdict}: {outcome.Text}"), .. states]);
    }

    private static RunResult Simulate(RunPlan plan, CancellationToken stop)
    {
        var world = new SimulatedWorld(plan);
        var conductor = new Conductor(plan, world, TimeProvider.System, "test");
        var result = world.Run(conductor, stop);
        Assert.Null(conductor.Failure);
        return result;
    }
}
