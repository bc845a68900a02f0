using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using Microsoft.Extensions.Time.Testing;

namespace LBTool.Core.Tests.Runs;

public class ConductorTests
{
    private static readonly RunPlan TwoFaults = Sample.Plan(Sample.Kill("a", "2s", 3), Sample.Kill("b", "4s", 100, "b2"));

    [Fact]
    public async Task Faults_begin_and_end_at_their_times()
    {
        var world = new VirtualWorld(TwoFaults.Length);
        var result = await world.RunAsync(Conductor(TwoFaults, world), TestContext.Current.CancellationToken);
        Assert.Equal(["2 begin a", "4 begin b", "5 end a", "10 end b"], world.Log);
        Assert.Equal(RunEnd.Completed, result.End);
        Assert.Equal(
            ["load", "a", "b", "a", "load", "b"],
            result.Events.Select(noted => noted.Name));
        Assert.All(result.Events, noted => Assert.Equal(noted.Intended, noted.At));
    }

    [Fact]
    public async Task What_is_to_act_from_0_acts_before_the_load_starts()
    {
        var plan = Sample.Plan(Sample.Kill("a", "0s", 3), Sample.Kill("b", "2s", 2));
        var world = new VirtualWorld(plan.Length);
        var result = await world.RunAsync(Conductor(plan, world), TestContext.Current.CancellationToken);
        Assert.Equal(["a", "load", "b", "a", "b", "load"], result.Events.Select(noted => noted.Name));
        Assert.Equal(["0 begin a", "2 begin b", "3 end a", "4 end b"], world.Log);
    }

    [Fact]
    public async Task At_equal_times_one_fault_ends_before_the_next_begins()
    {
        var plan = Sample.Plan(Sample.Kill("a", "2s", 3), Sample.Kill("b", "5s", 1));
        var world = new VirtualWorld(plan.Length);
        await world.RunAsync(Conductor(plan, world), TestContext.Current.CancellationToken);
        Assert.Equal(["2 begin a", "5 end a", "5 begin b", "6 end b"], world.Log);
    }

    [Fact]
    public async Task An_interrupted_run_rolls_back_what_acts_last_begun_first()
    {
        var world = new VirtualWorld(TwoFaults.Length);
        using var stop = new CancellationTokenSource();
        var conductor = new Conductor(TwoFaults, world, new FakeTimeProvider(), "test")
        {
            Progress = progress => StopAt(4.5, progress, stop),
        };
        var result = await world.RunAsync(conductor, stop.Token);
        Assert.Equal(RunEnd.Interrupted, result.End);
        Assert.Equal(["2 begin a", "4 begin b", "4.5 load stopped", "4.5 end b", "4.5 end a"], world.Log);
        Assert.Equal(Sample.Seconds(4.5), result.Length);
    }

    [Fact]
    public async Task An_abort_ends_the_run_with_its_reason_and_rolls_back()
    {
        var world = new VirtualWorld(TwoFaults.Length);
        var conductor = new Conductor(TwoFaults, world, new FakeTimeProvider(), "test")
        {
            AbortCheck = partial => partial.Length >= Sample.Seconds(3) ? "too much" : null,
        };
        var result = await world.RunAsync(conductor, TestContext.Current.CancellationToken);
        Assert.Equal((RunEnd.Aborted, "too much"), (result.End, result.EndReason));
        Assert.Equal(["2 begin a", "3 load stopped", "3 end a"], world.Log);
        Assert.Contains(result.Events, noted => noted is { Kind: RunEventKind.Abort, Text: "too much" });
    }

    [Fact]
    public async Task What_is_open_counts_in_what_is_known_so_far()
    {
        var world = new VirtualWorld(TwoFaults.Length) { Open = 3 };
        RunResult? seen = null;
        var conductor = new Conductor(TwoFaults, world, new FakeTimeProvider(), "test")
        {
            AbortCheck = partial => $"{(seen ??= partial).Leases.Length} open",
        };
        var result = await world.RunAsync(conductor, TestContext.Current.CancellationToken);
        Assert.All(seen!.Leases, lease => Assert.Equal((0, Sample.Seconds(1)), (lease.Backend, lease.Start)));
        Assert.Equal("3 open", result.EndReason);
        Assert.Empty(result.Leases);
    }

    [Fact]
    public async Task A_world_that_does_not_start_is_a_failed_run()
    {
        var world = new VirtualWorld(TwoFaults.Length) { StartFails = new WorldException("port in use") };
        var conductor = Conductor(TwoFaults, world);
        var result = await world.RunAsync(conductor, TestContext.Current.CancellationToken);
        Assert.Equal((RunEnd.Failed, "port in use"), (result.End, result.EndReason));
        Assert.IsType<WorldException>(conductor.Failure);
        Assert.Empty(world.Log);
    }

    [Fact]
    public async Task A_load_that_fails_ends_the_run_and_rolls_back()
    {
        var world = new VirtualWorld(Sample.Seconds(3)) { LoadFails = new InvalidOperationException("no sockets left") };
        var result = await world.RunAsync(Conductor(TwoFaults, world), TestContext.Current.CancellationToken);
        Assert.Equal((RunEnd.Failed, "no sockets left"), (result.End, result.EndReason));
        Assert.Equal(["2 begin a", "3 end a"], world.Log);
    }

    [Fact]
    public async Task A_fault_that_fails_to_begin_ends_the_run_and_is_rolled_back_too()
    {
        var world = new VirtualWorld(TwoFaults.Length) { BeginFails = "b" };
        var result = await world.RunAsync(Conductor(TwoFaults, world), TestContext.Current.CancellationToken);
        Assert.Equal((RunEnd.Failed, "cannot begin b"), (result.End, result.EndReason));
        Assert.Equal(["2 begin a", "4 begin b", "4 load stopped", "4 end b", "4 end a"], world.Log);
    }

    [Fact]
    public async Task A_fault_that_fails_to_end_does_not_keep_the_others_from_it()
    {
        var plan = Sample.Plan(Sample.Kill("a", "2s", 100), Sample.Kill("b", "4s", 100, "b2"));
        var world = new VirtualWorld(plan.Length) { EndFails = "b" };
        var conductor = Conductor(plan, world);
        var result = await world.RunAsync(conductor, TestContext.Current.CancellationToken);
        Assert.Equal((RunEnd.Failed, "Faults could not be rolled back: cannot end b"), (result.End, result.EndReason));

        // The fault of the environment, not of lbtool: the exit code depends on it.
        Assert.IsType<WorldException>(conductor.Failure);
        Assert.Equal(["2 begin a", "4 begin b", "10 end b", "10 end a"], world.Log);
    }

    [Fact]
    public async Task A_last_request_that_comes_early_does_not_end_the_run_before_its_faults()
    {
        var world = new VirtualWorld(Sample.Seconds(3));
        var result = await world.RunAsync(Conductor(TwoFaults, world), TestContext.Current.CancellationToken);
        Assert.Equal((RunEnd.Completed, TwoFaults.Length), (result.End, result.Length));
        Assert.Equal(["2 begin a", "4 begin b", "5 end a", "10 end b"], world.Log);
    }

    // 300 s are 300 checks of once a second, each of which measures all that is known. A twentieth more each time:
    // 20 of them until 20 s, then ln(300 / 20) / ln(1.05) = 56, by quarters of a second somewhat fewer.
    [Fact]
    public async Task Checks_grow_rarer_as_the_run_grows_longer()
    {
        var scenario = Sample.Scenario();
        var plan = Planner.Plan(scenario with { Load = scenario.Load with { Duration = Sample.Seconds(300) } }, seed: 1);
        var world = new VirtualWorld(plan.Length);
        var checks = new List<TimeSpan>();
        var conductor = new Conductor(plan, world, new FakeTimeProvider(), "test")
        {
            AbortCheck = partial =>
            {
                checks.Add(partial.Length);
                return null;
            },
        };
        await world.RunAsync(conductor, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(1, 20).Select(second => Sample.Seconds(second)), checks.Take(20));
        Assert.InRange(checks.Count, 60, 76);
        Assert.All(checks.Zip(checks.Skip(1)), pair => Assert.True(pair.Second <= (pair.First * 1.05) + Sample.Seconds(1)));
    }


    private static Conductor Conductor(RunPlan plan, IWorld world) => new(plan, world, new FakeTimeProvider(), "test");

    private static void StopAt(double seconds, RunProgress progress, CancellationTokenSource stop)
    {
        if (progress.Now == Sample.Seconds(seconds))
        {
            stop.Cancel();
        }
    }
}
