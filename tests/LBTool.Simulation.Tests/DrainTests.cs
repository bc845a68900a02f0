using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using static LBTool.Simulation.Tests.Sample;

namespace LBTool.Simulation.Tests;

/// <summary>Drains, exact to the tick. Two backends, 50 requests a second each; one every 20 ms, b1's first at 0.</summary>
public class DrainTests
{
    [Fact]
    public void What_is_in_flight_ends_by_itself()
    {
        var result = Run("{ name: leave, at: 1005ms, for: 2s, target: b1, action: drain, deadline: 5s }", "{ count: 2, latency: 250ms }");

        Assert.All(result.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        Assert.DoesNotContain(result.Leases, lease => lease.Backend == 0 && lease.Start > Ms(1005) && lease.Start < Ms(3005));
        Assert.Contains(result.Leases, lease => lease.Backend == 0 && lease.Start >= Ms(3005));

        // The last one before was sent at 1000 ms.
        Assert.Equal([("started", Ms(1005)), ("drained", Ms(1250)), ("ended", Ms(3005))], Steps(result));
    }

    // At 5 s the 150 of the last 3 s are in flight; at 6 s those of the last two of them are left.
    [Fact]
    public void What_is_left_is_cut_at_the_deadline()
    {
        var result = Run(
            "{ name: leave, at: 5005ms, for: 2s, target: b1, action: drain, deadline: 1s }", "{ count: 2, latency: 3s }",
            load: "{ executor: constant-arrival-rate, rate: 100/s, duration: 10s, timeout: 10s }");

        var cut = result.Leases.Where(lease => lease.Outcome == LeaseOutcome.Cut).ToArray();
        Assert.Equal(100, cut.Length);
        Assert.All(cut, lease => Assert.Equal((0, Ms(6005)), (lease.Backend, lease.End)));
        Assert.Equal(100, result.Requests.Count(request => request.Status == 502));
        Assert.Equal([("started", Ms(5005)), ("deadline", Ms(6005)), ("drained", Ms(6005)), ("ended", Ms(7005))], Steps(result));
        Assert.Contains(result.Events, noted => noted.Text == "the drain of b1 is over: cut were 100 requests");
    }

    [Fact]
    public void What_was_cut_may_be_tried_again()
    {
        var result = Run(
            "{ name: leave, at: 5005ms, target: b1, action: drain, deadline: 0s }", "{ count: 2, latency: 500ms }",
            target: ", retries: { on: [reset], budget: none }");

        Assert.Equal(25, result.Leases.Count(lease => lease.Outcome == LeaseOutcome.Cut));
        Assert.All(result.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
    }

    // Every client has a session, and comes once in 100 ms.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sessions_stay_until_the_deadline_when_they_are_honoured(bool honoured)
    {
        var result = Run(
            "{ name: leave, at: 5005ms, target: b1, action: drain, deadline: 2s }",
            load: "{ executor: constant-arrival-rate, rate: 100/s, duration: 10s, clients: 10 }",
            target: $", sticky: {{ by: source }}, drain: {{ honour_sticky: {(honoured ? "true" : "false")} }}");

        Assert.Equal(honoured, result.Leases.Any(lease => lease.Backend == 0 && lease.Start > Ms(5005)));
        Assert.DoesNotContain(result.Leases, lease => lease.Backend == 0 && lease.Start > Ms(7005));
        Assert.All(result.Requests, request => Assert.True(request.Outcome == RequestOutcome.Ok || honoured));
    }

    // b1 drains, for a while or for good, and dies later. Its sessions go elsewhere as soon as its probes have seen that.
    [Theory]
    [InlineData(", for: 1s")]
    [InlineData("")]
    public void Sessions_do_not_stay_with_a_backend_that_has_died(string length)
    {
        var result = Run(
            $"{{ name: leave, at: 1s{length}, target: b1, action: drain }}, {{ name: dead, at: 4s, target: b1, action: kill }}",
            load: "{ executor: constant-arrival-rate, rate: 100/s, duration: 10s, clients: 10 }",
            target: ", sticky: { by: source }, drain: { deadline: 30s, honour_sticky: true }, "
                + "health: { active: { interval: 200ms, timeout: 100ms, fall: 1, rise: 1 }, panic_threshold: 0% }");

        Assert.Contains(result.Leases, lease => lease.Backend == 0 && lease.Start > Ms(3000));
        Assert.DoesNotContain(result.Leases, lease => lease.Backend == 0 && lease.Start > Ms(4300));
        Assert.All(result.Requests.Where(request => request.Intended > Ms(4300)), request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
    }

    [Fact]
    public void The_last_backend_may_be_drained_too()
    {
        var result = Run("{ name: leave, at: 1005ms, for: 1s, target: all, action: drain }");

        Assert.Equal(100, result.Requests.Count(request => request.Status == 503));
        Assert.Contains(result.Events, noted => noted.Text.EndsWith("It was the last one: requests are answered 503", StringComparison.Ordinal));
    }

    [Fact]
    public void A_backend_that_is_removed_with_a_deadline_is_drained()
    {
        var result = Run(
            "{ name: deploy, at: 5005ms, for: 2s, target: b1, action: remove, deadline: 1s }", "{ count: 2, latency: 3s }",
            load: "{ executor: constant-arrival-rate, rate: 100/s, duration: 10s, timeout: 10s }");

        Assert.Equal(100, result.Leases.Count(lease => lease.Outcome == LeaseOutcome.Cut && lease.End == Ms(6005)));
        Assert.Contains(result.Leases, lease => lease.Backend == 0 && lease.Start >= Ms(7005));
    }

    // Each of the three has its own view of what is in flight; together they are one.
    [Fact]
    public void Several_balancers_drain_together()
    {
        var result = Run(
            "{ name: leave, at: 1005ms, for: 2s, target: b1, action: drain, deadline: 5s }", "{ count: 2, latency: 250ms }", target: ", balancers: 3");

        Assert.All(result.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        Assert.DoesNotContain(result.Leases, lease => lease.Backend == 0 && lease.Start > Ms(1005) && lease.Start < Ms(3005));
    }

    private static IEnumerable<(string Step, TimeSpan At)> Steps(RunResult result) =>
        result.Events.Where(noted => noted.Kind == RunEventKind.Drain).Select(noted => (noted.Name, noted.At));
}
