using LBTool.Core.Measurements;
using static LBTool.Simulation.Tests.Sample;

namespace LBTool.Simulation.Tests;

/// <summary>What backends do by themselves, at exact times.</summary>
public class BehaviourTests
{
    // Users who wait for their answers, one after another.
    private const string OneUser = "{ executor: constant-vus, vus: 1, duration: 5s, timeout: 2s }";

    [Theory]
    [InlineData("kill, for: 1s", 2000)]
    [InlineData("stop, for: 1s", 2000)]
    [InlineData("restart, for: 1s", 1000)]
    public void A_process_that_comes_back_is_slow_for_a_while(string action, double from)
    {
        var result = Run(
            $"{{ name: dead, at: 1s, target: b1, action: {action} }}",
            "{ count: 1, latency: 10ms, cold_start: { factor: 4, requests: 20 } }");

        var cold = result.Requests.Where(request => request.Latency == Ms(40)).ToArray();
        Assert.Equal(20, cold.Length);
        Assert.Equal(Ms(from), cold[0].Sent);
        Assert.All(result.Requests.Except(cold).Where(request => request.Status == 200), request => Assert.Equal(Ms(10), request.Latency));
    }

    [Fact]
    public void Everything_in_a_process_stands_still_in_its_pauses()
    {
        var result = Run(backends: "{ count: 1, latency: 5ms, gc_pause: { every: 1s, for: 200ms } }");

        // Answers every 10 ms, but for ten pauses of 200 ms, of which the first or last may lie at the edge of the run.
        var ends = result.Requests.Select(request => request.Done).Order().ToArray();
        var pauses = ends.Zip(ends.Skip(1)).Where(pair => pair.Second - pair.First >= Ms(190)).ToArray();
        Assert.InRange(pauses.Length, 9, 10);
        Assert.All(pauses.Zip(pauses.Skip(1)), pair => Assert.Equal(1000, (pair.Second.Second - pair.First.Second).TotalMilliseconds, tolerance: 10));
        Assert.InRange(result.Requests.Max(request => request.Latency), Ms(200), Ms(205));
    }

    [Fact]
    public void What_is_beyond_the_rate_limit_is_answered_429_at_once()
    {
        var result = Run(backends: "{ count: 1, latency: 10ms, rate_limit: { rate: 50/s, burst: 5 } }");

        // Full at first: 5 and then one every 20 ms of 10 s.
        Assert.InRange(result.Requests.Count(request => request.Status == 200), 504, 505);
        Assert.All(result.Requests.Where(request => request.Status == 429), request => Assert.Equal(
            (RequestOutcome.Ok, TimeSpan.Zero, 0), (request.Outcome, request.Latency, request.Backend)));
    }

    [Fact]
    public void A_cache_knows_what_it_has_served_until_its_process_dies()
    {
        var result = Run(
            "{ name: again, at: 1s, target: b1, action: restart }",
            "{ count: 1, cache: { size: 10, hit: 10ms, miss: 50ms } }",
            OneUser);

        var misses = result.Requests.Where(request => request.Status == 200 && request.Latency == Ms(50)).ToArray();
        Assert.Equal([TimeSpan.Zero, Ms(1000)], misses.Select(request => request.Sent));
        Assert.All(result.Requests.Where(request => request.Status == 200).Except(misses), request => Assert.Equal(Ms(10), request.Latency));
    }

    [Fact]
    public void A_backend_that_loses_capacity_keeps_whom_it_serves_and_gets_it_back()
    {
        // 4 users of 100 ms on 4 workers; from 1050 ms on there is one, who serves them in turn: 400 ms a round.
        var result = Run(
            "{ name: tired, at: 1050ms, for: 2s, target: b1, action: lose-capacity, workers: 1 }",
            "{ count: 1, latency: 100ms, concurrency: 4 }",
            "{ executor: constant-vus, vus: 4, duration: 5s, timeout: 2s }");

        Assert.All(result.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        Assert.All(result.Requests.Where(request => request.Done <= Ms(1100)), request => Assert.Equal(Ms(100), request.Latency));
        Assert.All(result.Requests.Where(request => request.Sent > Ms(1500) && request.Done < Ms(3000)), request => Assert.Equal(Ms(400), request.Latency));
        Assert.All(result.Requests.Where(request => request.Sent > Ms(3400)), request => Assert.Equal(Ms(100), request.Latency));
    }

    [Theory]
    [InlineData("source", 1)]
    [InlineData("cookie", 2)]
    [InlineData("header, name: x-user", 2)]
    public void Sessions_stick_by_what_requests_carry(string by, int backends)
    {
        // One client: one source address. The load sends no cookies and no such header, so there is no session.
        var result = Run(target: $", sticky: {{ by: {by} }}");

        Assert.Equal(backends, result.Leases.DistinctBy(lease => lease.Backend).Count());
    }

    [Theory]
    [InlineData("path", 1)]
    [InlineData("header:x-lb-request", 4)]
    public void Keys_are_hashed_where_requests_have_them(string key, int backends)
    {
        var result = Run(algorithm: $"{{ name: maglev, key: {key} }}", backends: "{ count: 4, latency: 1ms }");

        Assert.Equal(backends, result.Leases.DistinctBy(lease => lease.Backend).Count());
    }
}
