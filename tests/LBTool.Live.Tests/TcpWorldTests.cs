using System.Collections.Immutable;
using System.Net.Sockets;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live.Tests.Backends;
using LBTool.Live.Tests.Faults;

namespace LBTool.Live.Tests;

/// <summary>Whole runs over TCP on real sockets, led by the conductor.</summary>
public class TcpWorldTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("rate: 200/s", 200)]
    [InlineData("rate: 200/s, connections: kept", null)]
    public async Task A_run_records_requests_connections_and_arrivals(string load, int? connections)
    {
        var result = await RunAsync(Read($"{load}, duration: 1s, clients: 3"));

        Assert.Equal(200, result.Requests.Length);
        Assert.All(result.Requests, request => Assert.Equal((RequestOutcome.Ok, 200), (request.Outcome, request.Status)));
        Assert.Equal(result.Requests.Select(request => request.Number), result.Attempts.Select(attempt => attempt.Request).Order());
        Assert.All(result.Leases, lease => Assert.Equal(LeaseOutcome.Ok, lease.Outcome));
        Assert.InRange(result.Leases.Length, connections ?? 1, connections ?? 199);
        foreach (var (request, attempt) in result.Requests.OrderBy(request => request.Number).Zip(result.Attempts.OrderBy(attempt => attempt.Request)))
        {
            Assert.Equal(attempt.Backend, request.Backend);
        }
    }

    // A client comes again only when its last connection has ended, and the lease ends before that.
    [Theory]
    [InlineData("new")]
    [InlineData("kept")]
    public async Task Users_are_never_more_connections_than_they_are(string connections)
    {
        var result = await RunAsync(Read($"executor: constant-vus, vus: 1, duration: 1s, connections: {connections}"));

        Assert.NotEmpty(result.Leases);
        Assert.All(result.Leases.Zip(result.Leases.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
    }

    // Round-robin over three: while b1 is down its turns are refused, and go on to another one.
    [Theory]
    [InlineData("kill")]
    [InlineData("stop")]
    [InlineData("down")]
    public async Task A_backend_that_is_down_refuses_and_nobody_but_those_on_it_notices(string action)
    {
        var result = await RunAsync(Read("rate: 150/s, duration: 2s", $$"""
            faults:
              - { name: gone, at: 500ms, for: 700ms, target: b1, action: {{action}} }
            """));

        // Some 35 connections meet the dead backend; lost are those that were on it in the moment in which it went.
        Assert.InRange(result.Requests.Count(request => request.Outcome != RequestOutcome.Ok), 0, 15);
        var ends = EndOfFault(result);
        Assert.Contains(result.Leases, lease => lease is { Backend: 0, Outcome: LeaseOutcome.ConnectFailed });
        Assert.Contains(result.Requests, request => request.Backend == 0 && request.Outcome == RequestOutcome.Ok && request.Sent > ends);
    }

    [Fact]
    public async Task Toxics_of_the_link_reach_the_clients()
    {
        var result = await RunAsync(Read("rate: 100/s, duration: 1s", """
            faults:
              - { name: cut, at: 0s, target: b1, toxic: { type: limit_data, bytes: 20 } }
              - { name: reset, at: 0s, target: b2, toxic: { type: reset_peer } }
              - { name: slow, at: 0s, target: b3, toxic: { type: latency, latency: 50ms } }
            """));

        Assert.Contains(result.Requests, request => request is { Backend: 0, Outcome: RequestOutcome.Truncated });
        Assert.Contains(result.Requests, request => request.Outcome == RequestOutcome.Reset);
        Assert.Equal(100, result.Requests.Length);

        // When the load ends, so do the faults.
        var ok = result.Requests.Where(request => request.Outcome == RequestOutcome.Ok && request.Done < EndOfFault(result)).ToArray();
        Assert.NotEmpty(ok);
        Assert.All(ok, request =>
        {
            Assert.Equal(2, request.Backend);
            Assert.True(request.Done - request.Sent >= TimeSpan.FromMilliseconds(50));
        });
    }

    [Fact]
    public async Task A_paused_backend_accepts_says_nothing_and_goes_on()
    {
        var plan = Planner.Plan(Read("rate: 100/s, duration: 5s", """
            faults:
              - { name: frozen, at: 0s, for: 1s, target: all, action: pause }
            """), seed: 1);
        await using var world = new LiveWorld(plan, new LiveOptions { Rehearse = false });
        await world.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("tcp", world.Address!.Scheme);
        await world.BeginAsync(plan.Faults.Single());
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(world.Address.Host, world.Address.Port, TestContext.Current.CancellationToken);
        await client.SayAsync("1\n");
        await client.StaysSilentAsync();
        Assert.Equal(1, world.Pool!.InFlight);

        await world.EndAsync(plan.Faults.Single());
        Assert.StartsWith("b1 200 1 ", await client.LineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_backend_ends_in_a_timeout_of_the_balancer()
    {
        var result = await RunAsync(Read("rate: 20/s, duration: 1s", """
            faults:
              - { name: frozen, at: 0s, target: all, action: pause }
            """, timeout: "200ms"));

        // When the load ends, so does the fault, and who still waits is answered.
        var ends = EndOfFault(result);
        Assert.Equal(20, result.Leases.Length);
        Assert.Contains(result.Requests, request => request.Outcome == RequestOutcome.Reset);
        Assert.All(result.Requests.Where(request => request.Done < ends), request => Assert.Equal(RequestOutcome.Reset, request.Outcome));
        Assert.All(result.Leases.Where(lease => lease.End < ends), lease => Assert.Equal(LeaseOutcome.Timeout, lease.Outcome));
    }

    private static TimeSpan EndOfFault(RunResult result) =>
        result.Events.First(noted => noted.Kind == RunEventKind.FaultEnd).At;

    private static async Task<RunResult> RunAsync(Scenario scenario)
    {
        var plan = Planner.Plan(scenario, seed: 1);
        await using var world = new LiveWorld(plan);
        var conductor = new Conductor(plan, world, TimeProvider.System, "test");
        var result = await conductor.RunAsync(CancellationToken.None).WaitAsync(Generous, TestContext.Current.CancellationToken);
        Assert.Null(conductor.Failure);
        Assert.Equal((RunEnd.Completed, 0), (result.End, world.Pool!.InFlight));
        return result;
    }

    private static Scenario Read(string load, string faults = "", string timeout = "30s")
    {
        var reading = ScenarioReader.Read(
            $$"""
            version: 1
            name: live
            target: { protocol: tcp, algorithm: rr, timeout: {{timeout}}, backends: { count: 3, latency: 1ms } }
            load: { {{load}} }
            {{faults}}
            """,
            "live.lb.yaml");
        Assert.Equal(ImmutableArray<Problem>.Empty, reading.Problems);
        return reading.Scenario!;
    }
}
