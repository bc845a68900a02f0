using LBTool.Core.Draining;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Tests;

/// <summary>Backends are drained, restarted and used again in turn while a steady load goes on. scripts/rolling-restart.sh does it with 100,000 requests.</summary>
public class RollingRestartTests
{
    private const int Requests = 1_500;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_request_is_lost_or_sent_twice_and_every_lease_is_accounted_for(int behind)
    {
        await using var world = new LiveWorld(Plan(behind), new LiveOptions { Rehearse = false });
        await world.StartAsync(Stop);
        var load = world.DriveLoadAsync(Stop);
        var restarts = 0;
        for (; !load.IsCompleted || restarts < world.Members.Length; restarts++)
        {
            await RestartAsync(world, restarts % world.Members.Length);
        }

        await load;
        await Eventually.TrueAsync(() => world.Pool!.InFlight == 0, "nothing is in flight");
        var numbers = Enumerable.Range(1, Requests).Select(number => (long)number).ToArray();
        Assert.All(world.Recording.Requests.Read(), request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        Assert.Equal(numbers, world.Recording.Requests.Read().Select(request => request.Number).Order());
        Assert.Equal(numbers, world.Recording.Leases.Read().Select(lease => lease.Request).Order());
        Assert.Equal(numbers, world.Recording.Attempts.Read().Select(attempt => attempt.Request).Order());
        Assert.All(world.Pool!.Backends, backend => Assert.Equal(0, backend.InFlight));
        Assert.Equal(0, InflightSteps.Of([.. world.Recording.Leases.Read()]).In(new Window(TimeSpan.Zero, TimeSpan.MaxValue)).Last().Open);
    }

    // As somebody would who watches it: drain, wait until it is drained, restart, bring it back.
    private static async Task RestartAsync(LiveWorld world, int index)
    {
        var drain = world.Drains!.Begin(world.Pool!.Backends[index], world.Now, TimeSpan.FromMinutes(5));
        await Eventually.TrueAsync(() => drain.ProgressAt(world.Now).Step == DrainStep.Drained, "the backend is drained");
        var restart = new PlannedFault("restart", TimeSpan.Zero, TimeSpan.Zero, [index], new ActionEffect(BackendAction.Restart));
        await world.BeginAsync(restart);
        await world.EndAsync(restart);
        Assert.True(drain.Cancel(world.Now));
    }

    private static RunPlan Plan(int behind)
    {
        var reading = ScenarioReader.Read(
            $$"""
            version: 1
            name: rolling restart
            target: { algorithm: lc, http: { behind: {{behind}} }, backends: { count: 5, latency: 20ms } }
            load: { rate: 300/s, duration: {{Requests / 300}}s, timeout: 60s }
            """,
            "rolling.lb.yaml");
        Assert.Empty(reading.Problems);
        return Planner.Plan(reading.Scenario!, seed: 1);
    }
}
