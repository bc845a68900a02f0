using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using static LBTool.Simulation.Tests.Sample;

namespace LBTool.Simulation.Tests;

/// <summary>TCP clients that keep their connections: four of them, who take turns at two backends of 1 ms.</summary>
public class KeptConnectionTests
{
    [Fact]
    public void A_backend_is_picked_for_a_connection_and_not_for_a_line()
    {
        var result = Run();

        Assert.Equal([0, 1, 0, 1], result.Leases.Select(lease => lease.Backend));
        Assert.All(result.Leases, lease => Assert.Equal((LeaseOutcome.Ok, result.Requests[^1].Done), (lease.Outcome, lease.End)));
        Assert.Equal(1000, result.Requests.Length);
        Assert.All(result.Requests, request => Assert.Equal((RequestOutcome.Ok, (int)(request.Number - 1) % 2), (request.Outcome, request.Backend)));
        Assert.All(result.Requests, request => Assert.Equal(Ms(1), request.Latency));
    }

    // A line each 40 ms of a client, of 100 ms: two are under way already when it sends the third, and the first has been
    // answered when it sends the fourth.
    [Fact]
    public void A_client_opens_another_one_when_all_are_busy() => Assert.Equal(4 * 3, Run(backends: "count: 2, latency: 100ms").Leases.Length);

    [Theory]
    [InlineData("kill", LeaseOutcome.Broken)]
    [InlineData("restart", LeaseOutcome.Broken)]
    [InlineData("stop", LeaseOutcome.Ok)]
    [InlineData("down", LeaseOutcome.Ok)]
    [InlineData("drain, deadline: 0s", LeaseOutcome.Cut)]
    public void Idle_ones_end_with_their_backend_and_are_replaced(string action, LeaseOutcome outcome)
    {
        var result = Run($"{{ name: f, at: 2005ms, for: 1s, target: b1, action: {action} }}");

        Assert.Equal(2, result.Leases.Count(lease => lease.Backend == 0 && lease.End == Ms(2005) && lease.Outcome == outcome));
        Assert.All(result.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        Assert.True(result.Requests[^1].Sent > Ms(9000));
    }

    [Fact]
    public void A_line_under_way_breaks_with_its_connection()
    {
        var result = Run("{ name: f, at: 2045ms, for: 1s, target: b1, action: kill }", "count: 2, latency: 20ms");

        // One each 10 ms: two are under way, one of them on b1.
        var lost = Assert.Single(result.Requests, request => request.Outcome != RequestOutcome.Ok);
        Assert.Equal((RequestOutcome.Reset, Ms(2045)), (lost.Outcome, lost.Done));
    }

    [Fact]
    public void Silence_closes_them_after_the_timeout()
    {
        var result = Run(load: "rate: 1/s, duration: 5s, clients: 1", target: "timeout: 300ms");

        Assert.Equal(5, result.Leases.Length);
        Assert.All(result.Leases, lease => Assert.Equal((LeaseOutcome.Ok, Ms(1)), (lease.Outcome, lease.End - lease.Start - Ms(lease == result.Leases[^1] ? 0 : 300))));
    }

    // Of every five answers of 100 bytes the fifth is the last: the connection closes behind it, or within the sixth.
    [Fact]
    public void Toxics_act_on_a_connection_over_all_its_lines()
    {
        var result = Run("{ name: f, at: 0s, target: all, toxic: { type: limit_data, bytes: 500 } }", "count: 2, latency: 1ms, body: 100B");

        Assert.InRange(result.Leases.Length, 1000 / 6, 1000 / 5);
        Assert.Equal(1000, result.Requests.Length);
    }

    [Fact]
    public void Same_seed_same_run()
    {
        const string Faults = "{ name: f, at: 2s, for: 1s, target: one, action: kill }, { name: g, at: 4s, for: 2s, target: b2, toxic: { type: reset_peer, timeout: 50ms } }";
        Assert.Equal(Run(Faults).Leases, Run(Faults).Leases);
    }

    private static RunResult Run(
        string faults = "", string backends = "count: 2, latency: 1ms", string load = "rate: 100/s, duration: 10s, clients: 4", string target = "timeout: 30s") =>
        Sample.Run(
            Read(
                $$"""
                version: 1
                name: kept
                target: { protocol: tcp, algorithm: round-robin, backends: { {{backends}} }, {{target}} }
                load: { {{load}}, connections: kept }
                faults: [{{faults}}]
                """),
            seed: 1);
}
