using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live.Load;

namespace LBTool.Live.Tests;

/// <summary>Whole runs on real sockets, led by the conductor.</summary>
public class LiveWorldTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_run_records_the_same_requests_at_client_balancer_and_backends()
    {
        var (result, _) = await RunAsync(Read(rate: 200, seconds: 1));
        Assert.Equal(RunEnd.Completed, result.End);
        Assert.Equal(200, result.Requests.Length);
        Assert.All(result.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        Assert.Equal(Enumerable.Range(1, 200).Select(number => (long)number), result.Requests.Select(request => request.Number));
        Assert.Equal(result.Requests.Select(request => request.Number), result.Leases.Select(lease => lease.Request).Order());
        Assert.Equal(result.Requests.Select(request => request.Number), result.Attempts.Select(attempt => attempt.Request).Order());
    }

    [Fact]
    public async Task Several_balancers_are_refused_with_a_way_out()
    {
        var scenario = Read(rate: 10, seconds: 1);
        var plan = Planner.Plan(scenario with { Target = scenario.Target with { Balancers = 2 } }, 1);
        await using var world = new LiveWorld(plan);
        var refused = await Assert.ThrowsAsync<WorldException>(() => world.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("lbtool simulate", refused.Message);
    }

    // Round-robin over three: 100 requests go to each, and those to b1 while it is down are refused.
    [Theory]
    [InlineData("kill")]
    [InlineData("stop")]
    [InlineData("down")]
    public async Task A_backend_that_is_down_refuses_and_comes_back(string action)
    {
        var (result, world) = await RunAsync(Read(rate: 150, seconds: 2, $$"""
            faults:
              - { name: gone, at: 500ms, for: 700ms, target: b1, action: {{action}} }
            """));
        Assert.Equal(RunEnd.Completed, result.End);
        var ends = result.Events.Single(noted => noted.Kind == RunEventKind.FaultEnd).At;
        var failed = result.Requests.Where(request => request.Outcome != RequestOutcome.Ok).ToArray();
        Assert.NotEmpty(failed);
        Assert.All(failed, request => Assert.Equal((0, 502), (request.Backend, request.Status)));
        Assert.Contains(result.Requests, request => request.Backend == 0 && request.Outcome == RequestOutcome.Ok && request.Sent > ends);
        Assert.Equal(0, world.Pool!.InFlight);
    }

    // What it had in flight is answered; what comes back is on its ramp when the run ends.
    [Fact]
    public async Task A_removed_backend_gets_nothing_and_ramps_up_when_it_is_back()
    {
        var scenario = Read(rate: 150, seconds: 2, """
            faults:
              - { name: deploy, at: 500ms, for: 700ms, target: b1, action: remove }
              - { name: canary, at: 0s, target: b2, action: set-weight, weight: 0.5 }
            """);
        var (result, world) = await RunAsync(scenario with { Target = scenario.Target with { SlowStart = new(TimeSpan.FromHours(1)) } });
        Assert.All(result.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        var (removed, back) = (Event(RunEventKind.FaultStart), Event(RunEventKind.FaultEnd));
        Assert.DoesNotContain(result.Leases, lease => lease.Backend == 0 && lease.Start > removed.At && lease.Start < back.Intended);
        Assert.Contains(result.Leases, lease => lease.Backend == 0 && lease.Start > back.Intended);
        Assert.Equal((0.1, 1), (world.Pool!.Backends[0].Share, world.Pool.Backends[1].Weight));

        RunEvent Event(RunEventKind kind) => result.Events.Single(noted => noted.Kind == kind && noted.Name == "deploy");
    }

    [Fact]
    public async Task A_short_ramp_is_over_before_the_run_is()
    {
        var scenario = Read(rate: 50, seconds: 2, "faults: [ { name: deploy, at: 100ms, for: 100ms, target: b1, action: remove } ]");
        var (_, world) = await RunAsync(scenario with { Target = scenario.Target with { SlowStart = new(TimeSpan.FromMilliseconds(200)) } });
        Assert.Equal(1, world.Pool!.Backends[0].Share);
    }

    [Fact]
    public async Task A_killed_backend_refuses_connections()
    {
        await using var world = await StartedAsync("""
            faults:
              - { name: dead, at: 0s, for: 1s, target: b1, action: kill }
            """);
        var fault = world.Plan.Faults.Single();
        var address = world.World.Members[0].FaultProxy;

        await world.World.BeginAsync(fault);
        var refused = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(address));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

        await world.World.EndAsync(fault);
        await world.World.EndAsync(fault);
        await ConnectAsync(address);
    }

    [Fact]
    public async Task A_backend_that_two_faults_hold_down_comes_back_when_the_last_has_ended()
    {
        await using var world = await StartedAsync("""
            faults:
              - { name: dead, at: 0s, for: 1s, target: b1, action: kill }
              - { name: unplugged, at: 0s, for: 1s, target: b1, action: down }
            """);
        var address = world.World.Members[0].FaultProxy;
        foreach (var fault in world.Plan.Faults)
        {
            await world.World.BeginAsync(fault);
        }

        await world.World.EndAsync(world.Plan.Faults[0]);
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(address));
        await world.World.EndAsync(world.Plan.Faults[1]);
        await ConnectAsync(address);
    }

    [Fact]
    public async Task A_paused_backend_accepts_says_nothing_and_goes_on()
    {
        await using var world = await StartedAsync("""
            faults:
              - { name: frozen, at: 0s, for: 1s, target: all, action: pause }
            """);
        using var client = new HttpClient();
        var fault = world.Plan.Faults.Single();
        await world.World.BeginAsync(fault);
        var answer = client.GetAsync(world.World.Address, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => world.World.Pool!.InFlight == 1, "the request is in flight");
        Assert.False(answer.IsCompleted);

        await world.World.EndAsync(fault);
        Assert.Equal(HttpStatusCode.OK, (await answer.WaitAsync(Generous, TestContext.Current.CancellationToken)).StatusCode);
    }

    // Ten worlds one after another: each must have let go of its port, or it could not be bound again. At once, as any
    // other program may be given it from then on.
    [Fact]
    public async Task A_disposed_world_has_released_its_port()
    {
        for (var round = 0; round < 10; round++)
        {
            var world = new LiveWorld(Planner.Plan(Read(rate: 100, seconds: 1), 1), new LiveOptions { Rehearse = false });
            await world.StartAsync(TestContext.Current.CancellationToken);
            var port = world.Address!.Port;
            await world.DisposeAsync();

            using var next = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            next.Bind(new IPEndPoint(IPAddress.Loopback, port));
            next.Listen();
        }
    }

    [Fact]
    public async Task A_port_in_use_is_the_environments_fault_and_is_named()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        await using var world = new LiveWorld(Planner.Plan(Read(rate: 100, seconds: 1), 1), new LiveOptions { Port = port, Rehearse = false });
        var error = await Assert.ThrowsAsync<WorldException>(() => world.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"{port}", error.Message);
    }

    [Fact]
    public async Task An_interrupted_run_rolls_back_and_keeps_what_it_measured()
    {
        using var stop = new CancellationTokenSource();
        var (result, world) = await RunAsync(
            Read(rate: 100, seconds: 600, """
                faults:
                  - { name: slow, at: 100ms, target: all, toxic: { type: latency, latency: 30s } }
                """),
            (progress, _) => StopOnceActing(progress, stop),
            stop);
        Assert.Equal(RunEnd.Interrupted, result.End);
        Assert.Contains(result.Events, noted => noted is { Kind: RunEventKind.FaultEnd, Name: "slow" });
        Assert.Contains(result.Requests, request => request.Outcome == RequestOutcome.Aborted);
        await Eventually.TrueAsync(() => world.Pool!.InFlight == 0, "every lease has ended");
    }

    // Fifty are in flight when the run is cut, and so have a lease that ends only then.
    [Fact]
    public async Task An_interrupted_run_knows_the_leases_that_it_cut()
    {
        using var stop = new CancellationTokenSource();
        var (result, _) = await RunAsync(
            Read(rate: 200, seconds: 600, """
                faults:
                  - { name: frozen, at: 0s, target: all, action: pause }
                """),
            (_, world) => StopOnceInFlight(50, world, stop),
            stop);
        Assert.InRange(result.Leases.Length, 50, result.Requests.Length);
    }

    private static void StopOnceInFlight(int count, LiveWorld world, CancellationTokenSource stop)
    {
        if (world.Pool!.InFlight >= count)
        {
            stop.Cancel();
        }
    }

    private static void StopOnceActing(RunProgress progress, CancellationTokenSource stop)
    {
        if (progress.Events.Any(noted => noted.Kind == RunEventKind.FaultStart) && progress.Now > TimeSpan.FromMilliseconds(500))
        {
            stop.Cancel();
        }
    }

    private static async Task<(RunResult Result, LiveWorld World)> RunAsync(
        Scenario scenario, Action<RunProgress, LiveWorld>? progress = null, CancellationTokenSource? stop = null)
    {
        var plan = Planner.Plan(scenario, seed: 1);
        await using var world = new LiveWorld(plan);
        var conductor = new Conductor(plan, world, TimeProvider.System, "test") { Progress = now => progress?.Invoke(now, world) };
        var result = await conductor.RunAsync(stop?.Token ?? CancellationToken.None).WaitAsync(Generous, TestContext.Current.CancellationToken);
        Assert.Null(conductor.Failure);
        return (result, world);
    }

    private static async Task<Started> StartedAsync(string faults)
    {
        var plan = Planner.Plan(Read(rate: 100, seconds: 5, faults), seed: 1);
        var world = new LiveWorld(plan, new LiveOptions { Rehearse = false });
        await world.StartAsync(TestContext.Current.CancellationToken);
        return new Started(world, plan);
    }

    private static async Task ConnectAsync(IPEndPoint address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
    }

    private static Scenario Read(double rate, double seconds, string faults = "")
    {
        var reading = ScenarioReader.Read(
            $$"""
            version: 1
            name: live
            target: { protocol: http, algorithm: rr, backends: { count: 3, latency: 1ms } }
            load: { executor: constant-arrival-rate, rate: {{rate}}/s, duration: {{seconds}}s }
            {{faults}}
            """,
            "live.lb.yaml");
        Assert.Equal(ImmutableArray<Problem>.Empty, reading.Problems);
        return reading.Scenario!;
    }

    private sealed record Started(LiveWorld World, RunPlan Plan) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => World.DisposeAsync();
    }

    // The longest that a scenario may say: a year, and 1000h for a load. Timers of the platform take less.
    [Theory]
    [InlineData("protocol: http, http: { front: 1, behind: 1 }, retries: { attempts: 2, per_try_timeout: 8760h }, limits: { max_requests: 50, queue: 5, queue_timeout: 8760h }")]
    [InlineData("protocol: http, http: { front: 2, behind: 2 }")]
    [InlineData("protocol: tcp")]
    public async Task The_longest_durations_are_waited_for_like_any_other(string target)
    {
        var reading = ScenarioReader.Read(
            $$"""
            version: 1
            name: long
            target: { {{target}}, timeout: 8760h, drain: { deadline: 8760h }, backends: { count: 2, latency: 1ms } }
            load: { rate: 50/s, duration: 200ms, timeout: 1000h }
            """,
            "long.lb.yaml");
        Assert.Equal(ImmutableArray<Problem>.Empty, reading.Problems);

        var (result, _) = await RunAsync(reading.Scenario!);

        Assert.Equal(RunEnd.Completed, result.End);
        Assert.All(result.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
    }

    [Theory]
    [InlineData(511L, false)]
    [InlineData(512L, true)]
    [InlineData(null, true)]
    public void So_few_files_that_no_world_starts_are_refused_with_a_way_out(long? limit, bool allowed)
    {
        var refusal = Record.Exception(() => FileHandles.Demand(limit));

        Assert.Equal(allowed, refusal is null);
        Assert.True(allowed || (refusal is WorldException && refusal.Message.Contains("ulimit -n 512")), refusal?.ToString());
    }
}
