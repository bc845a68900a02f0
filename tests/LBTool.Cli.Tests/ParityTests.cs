using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live;
using LBTool.Simulation;

namespace LBTool.Cli.Tests;

/// <summary>One request at a time, the real world and the pretend one pick the same backends, for every algorithm.</summary>
public class ParityTests
{
    private const int Compared = 40;
    private const int MostTries = 5;

    // Those that learn from measured latencies see those of a real machine, which are never quite the same; that both
    // worlds pick alike from like latencies is shown by replaying them.
    private static readonly string[] Learning = ["least-response-time", "peak-ewma"];

    public static TheoryData<string> Algorithms => [.. Balancers.All.Select(row => row.Name).Except(Learning)];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task At_concurrency_1_the_picks_are_the_same(string algorithm)
    {
        var plan = PlanFor(algorithm);
        var world = new SimulatedWorld(plan);
        var simulated = Picks(world.Run(new Conductor(plan, world, TimeProvider.System, "test"), TestContext.Current.CancellationToken));

        Assert.Equal(simulated, await LivePicksAsync(plan));
    }

    // The real balancer ends a lease a moment after the client has the answer. Where a busy machine lets the client's
    // next request overtake that, two were in flight, and the run says nothing about concurrency 1.
    private static async Task<int[]> LivePicksAsync(RunPlan plan)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            await using var world = new LiveWorld(plan);
            var result = await new Conductor(plan, world, TimeProvider.System, "test").RunAsync(TestContext.Current.CancellationToken);
            Assert.Equal(RunEnd.Completed, result.End);
            if (result.Leases.Take(Compared).Zip(result.Leases.Skip(1)).All(pair => pair.First.End < pair.Second.Start))
            {
                return Picks(result);
            }
        }

        Assert.Fail($"in {MostTries} runs, requests of a single user always overlapped");
        return [];
    }

    private static int[] Picks(RunResult result)
    {
        Assert.True(result.Leases.Length >= Compared, $"only {result.Leases.Length} picks");
        return [.. result.Leases.Take(Compared).Select(lease => lease.Backend)];
    }

    // Latencies far apart, so that rules that learn them see the same order in both worlds.
    private static RunPlan PlanFor(string algorithm) => Planner.Plan(
        new Scenario(
            "parity",
            Seed: null,
            new Target(Protocol.Http, Commands.SharedOptions.WithDefaults(Balancers.Find(algorithm)!), new HttpVersions(), TimeSpan.FromSeconds(30),
                [Backend("b1", 1), Backend("b2", 5), Backend("b3", 15), Backend("b4", 30)]),
            new Load(Executor.ConstantVus, 0, Vus: 1, ArrivalSpacing.Uniform, TimeSpan.FromSeconds(2), TimeSpan.Zero, 1, TimeSpan.FromSeconds(30)),
            Faults: [],
            Phases: [],
            Expect: [],
            new Gate()),
        seed: 7);

    private static BackendSpec Backend(string name, double milliseconds) => new(
        name, 1, new ServiceTime(new Constant(TimeSpan.FromMilliseconds(milliseconds)), TimeSpan.Zero), null, null, 0, 16);
}
