using LBTool.Core.Measurements;
using static LBTool.Simulation.Tests.Sample;

namespace LBTool.Simulation.Tests;

/// <summary>One backend that takes 100 ms and gets one request at a time, where ten times as many come.</summary>
public class LimitTests
{
    private const string One = "{ count: 1, latency: 100ms }";

    [Fact]
    public void Without_a_queue_what_is_too_much_is_503_at_once()
    {
        var result = Run(backends: One, target: ", limits: { max_requests: 1 }");

        var refused = result.Requests.Where(request => request.Status == 503).ToArray();
        Assert.Equal(900, refused.Length);
        Assert.All(refused, request => Assert.Equal(TimeSpan.Zero, request.Latency));
        Assert.Equal(1, InflightSteps.Of([.. result.Leases]).RangeIn(new(TimeSpan.Zero, Ms(10_000))).High);
    }

    // One is served every 100 ms, and two are in line behind it.
    [Fact]
    public void The_line_goes_in_order_and_no_longer_than_it_may_be()
    {
        var result = Run(backends: One, target: ", limits: { max_requests: 1, queue: 2, queue_timeout: 5s }");

        Assert.Equal(result.Leases.Select(lease => lease.Request).Order(), result.Leases.Select(lease => lease.Request));
        Assert.Equal([TimeSpan.Zero], result.Requests.Where(request => request.Status == 503).Select(request => request.Latency).Distinct());
        Assert.Equal(Ms(300), result.Requests.Max(request => request.Latency));
        Assert.Equal(102, result.Requests.Count(request => request.Status == 200));
    }

    [Fact]
    public void Who_waits_too_long_is_503_to_the_tick()
    {
        var result = Run(backends: One, target: ", limits: { max_requests: 1, queue: 100, queue_timeout: 150ms }");

        Assert.Equal([Ms(150)], result.Requests.Where(request => request.Status == 503).Select(request => request.Latency).Distinct());
        Assert.InRange(result.Requests.Max(request => request.Latency), Ms(150), Ms(250));
    }

    [Fact]
    public void A_backend_with_a_limit_of_its_own_leaves_the_rest_to_the_others()
    {
        var result = Run(backends: "[{ name: a, latency: 100ms, limits: { max_requests: 2 } }, { name: b, latency: 100ms }]");

        Assert.All(result.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        Assert.Equal(2, InflightSteps.Of([.. result.Leases.Where(lease => lease.Backend == 0)]).RangeIn(new(TimeSpan.Zero, Ms(10_000))).High);
    }

    // The clients' patience is shorter than the line.
    [Fact]
    public void Clients_that_go_leave_the_line()
    {
        var result = Run(
            backends: One,
            load: "{ executor: constant-arrival-rate, rate: 100/s, duration: 10s, timeout: 250ms }",
            target: ", limits: { max_requests: 1, queue: 1000, queue_timeout: 1m }");

        Assert.Contains(result.Requests, request => request.Outcome == RequestOutcome.Ok);
        Assert.Equal(Ms(250), result.Requests.Max(request => request.Latency));
        Assert.DoesNotContain(result.Requests, request => request.Status == 503);
    }
}
