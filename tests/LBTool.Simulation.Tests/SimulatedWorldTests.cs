using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using Microsoft.Extensions.Time.Testing;
using static LBTool.Simulation.Tests.Sample;

namespace LBTool.Simulation.Tests;

public class SimulatedWorldTests
{
    private const string Constant = "{ executor: constant-arrival-rate, rate: 100/s, duration: 10s, timeout: 2s }";

    [Fact]
    public void Time_is_exact_and_every_view_of_the_traffic_agrees()
    {
        var result = Run();

        Assert.Equal((RunEnd.Completed, 1000, 1000), (result.End, result.Requests.Length, result.Scheduled));
        Assert.All(result.Requests, request => Assert.Equal(Ms(10), request.Latency));
        Assert.All(result.Requests, request => Assert.Equal(Ms(10 * (request.Number - 1)), request.Sent));
        Assert.Equal([500, 500], Shares(result));
        Assert.Equal(result.Requests.Select(request => request.Number), result.Attempts.Select(attempt => attempt.Request));
        Assert.All(result.Leases, lease => Assert.Equal((true, Ms(10)), (lease.Ok, lease.End - lease.Start)));
    }

    [Fact]
    public void Requests_beyond_the_concurrency_wait_in_line_and_those_beyond_the_queue_are_503()
    {
        // Bursts do not happen at a uniform rate, so users make one: 4 at time 0 on one worker and two places in line.
        var result = Run(
            backends: "{ count: 1, latency: 10ms, concurrency: 1, queue: 2 }",
            load: "{ executor: constant-vus, vus: 4, duration: 1ms, timeout: 2s }");

        var first = result.Requests.Where(request => request.Sent == TimeSpan.Zero).ToArray();
        Assert.Equal([Ms(10), Ms(20), Ms(30), TimeSpan.Zero], first.Select(request => request.Latency));
        Assert.Equal([200, 200, 200, 503], first.Select(request => request.Status));
    }

    [Fact]
    public void A_user_asks_again_when_the_last_answer_has_come()
    {
        var result = Run(load: "{ executor: constant-vus, vus: 3, duration: 1s, timeout: 2s }");

        Assert.Equal(300, result.Requests.Length);
        Assert.Equal(3, result.Leases.Count(lease => lease.Start == Ms(500)));
    }

    [Fact]
    public void A_user_whose_requests_fail_at_once_does_not_stop_time()
    {
        var result = Run(
            "{ name: dead, at: 0s, target: all, action: kill }", load: "{ executor: constant-vus, vus: 1, duration: 100ms, timeout: 2s }");

        Assert.Equal(RunEnd.Completed, result.End);
        Assert.InRange(result.Requests.Length, 900, 1001);
    }

    [Fact]
    public void A_client_that_loses_patience_ends_the_work_behind_it()
    {
        // One worker of 1 s, clients of 300 ms: the place is free again after 300 ms, not after 1 s.
        var result = Run(
            backends: "{ count: 1, latency: 1s, concurrency: 1 }",
            load: "{ executor: constant-arrival-rate, rate: 2/s, duration: 2s, timeout: 300ms }");

        Assert.Equal(4, result.Requests.Length);
        Assert.All(result.Requests, request => Assert.Equal(
            (RequestOutcome.Timeout, Ms(300), -1, 0), (request.Outcome, request.Latency, request.Backend, request.Status)));
        Assert.All(result.Leases, lease => Assert.Equal((false, Ms(300)), (lease.Ok, lease.End - lease.Start)));
    }

    [Fact]
    public void A_silent_backend_is_504_after_the_balancers_timeout()
    {
        var result = Run(backends: "{ count: 1, latency: 1s }", target: ", timeout: 500ms");

        Assert.All(result.Requests, request => Assert.Equal(
            (504, RequestOutcome.ServerError, Ms(500)), (request.Status, request.Outcome, request.Latency)));
    }

    [Fact]
    public void The_network_delay_is_paid_on_each_of_four_ways()
    {
        var result = Run(options: new SimulationOptions { NetworkDelay = Ms(1) });

        Assert.All(result.Requests, request => Assert.Equal(Ms(14), request.Latency));
        Assert.All(result.Leases, lease => Assert.Equal(Ms(12), lease.End - lease.Start));
    }

    [Fact]
    public void Each_of_several_balancers_sees_only_its_own_requests()
    {
        // One balancer that sees all spreads 4 users over 4 backends. Four that see their own put two on one backend
        // now and then: it would take luck of (4·3·2·1/4⁴)^100 to see none of it.
        const string Users = "{ executor: constant-vus, vus: 4, duration: 1s, timeout: 2s }";
        const string Four = "{ count: 4, latency: 10ms }";

        Assert.Equal(1, MostInFlight(Run(backends: Four, load: Users, algorithm: "least-connections")));
        Assert.True(MostInFlight(Run(backends: Four, load: Users, algorithm: "least-connections", target: ", balancers: 4")) > 1);
    }

    [Fact]
    public void An_interrupted_run_ends_what_is_under_way_as_aborted_and_rolls_back()
    {
        using var stop = new CancellationTokenSource();
        var scenario = Read($"""
            version: 1
            name: sample
            target: {"{ protocol: http, algorithm: round-robin, backends: { count: 2, latency: 100ms } }"}
            load: {Constant}
            faults: [{"{ name: slow, at: 1s, target: b1, action: pause }"}]
            """);
        var plan = Planner.Plan(scenario, 1);
        var world = new SimulatedWorld(plan);
        var conductor = new Conductor(plan, world, new FakeTimeProvider(), "test")
        {
            Progress = progress => CancelAt(Ms(2000), progress, stop),
        };

        var result = world.Run(conductor, stop.Token);

        Assert.Equal(RunEnd.Interrupted, result.End);
        Assert.Contains(result.Events, noted => noted is { Kind: RunEventKind.FaultEnd, Name: "slow" });
        Assert.Contains(result.Requests, request => request.Outcome == RequestOutcome.Aborted);
        Assert.Equal(result.Requests.Length, result.Leases.Length);
        Assert.Equal((0, 0), (world.InFlight(0), world.InFlight(1)));
    }

    [Fact]
    public void A_load_alone_is_tallied_without_being_written_down()
    {
        var scenario = Read($"""
            version: 1
            name: sample
            target: {"{ protocol: http, algorithm: round-robin, backends: { count: 2, latency: 100ms, errors: 50% } }"}
            load: {"{ executor: constant-arrival-rate, rate: 100/s, duration: 10s, warmup: 5s }"}
            """);
        var world = new SimulatedWorld(Planner.Plan(scenario, 1), new SimulationOptions { Record = false });

        var tally = world.DriveLoad();

        Assert.Equal((1000, 500, Ms(100)), (tally.Requests, tally.Measured, tally.Mean));

        // 500 draws of a half: ± 5 deviations of √(500/4) = 11.2.
        Assert.InRange(tally.Errors, 194, 306);
        Assert.Equal(0, world.Recording.Requests.Count);
    }

    private static int MostInFlight(RunResult result) => Enumerable.Range(0, result.Plan.Backends.Length)
        .Max(backend => new MeasuredRun(result).Inflight(backend).RangeIn(new Window(TimeSpan.Zero, result.Length)).High);

    private static int[] Shares(RunResult result) =>
        [.. result.Leases.CountBy(lease => lease.Backend).OrderBy(count => count.Key).Select(count => count.Value)];

    private static void CancelAt(TimeSpan at, RunProgress progress, CancellationTokenSource stop)
    {
        if (progress.Now >= at)
        {
            stop.Cancel();
        }
    }
}
