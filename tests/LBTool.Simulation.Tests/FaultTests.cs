using LBTool.Core.Measurements;
using static LBTool.Simulation.Tests.Sample;

namespace LBTool.Simulation.Tests;

public class FaultTests
{
    // Requests at 0, 10, 20 … ms take turns, so b1 gets every second one, 20 ms apart.
    private const string Slow = "{ count: 2, latency: 50ms }";

    [Fact]
    public void A_killed_backend_resets_what_it_has_and_refuses_the_rest()
    {
        var result = Run("{ name: dead, at: 1005ms, for: 1s, target: b1, action: kill }", Slow);

        // Under way at 1005 ms on b1: sent at 960, 980 and 1000. Refused: 1020 … 2000.
        var errors = result.Requests.Where(request => request.Outcome != RequestOutcome.Ok).ToArray();
        Assert.All(errors, request => Assert.Equal((502, 0), (request.Status, request.Backend)));
        Assert.Equal([Ms(45), Ms(25), Ms(5)], errors.Take(3).Select(request => request.Latency));
        Assert.Equal(3 + 50, errors.Length);
        Assert.All(errors.Skip(3), request => Assert.Equal(TimeSpan.Zero, request.Latency));
        Assert.Equal(950, result.Attempts.Length);
    }

    [Fact]
    public void A_stopped_backend_answers_what_it_has_and_refuses_the_rest()
    {
        var result = Run("{ name: gone, at: 1005ms, for: 1s, target: b1, action: stop }", Slow);

        Assert.Equal(50, result.Requests.Count(request => request.Outcome != RequestOutcome.Ok));
    }

    [Fact]
    public void A_restarted_backend_loses_what_it_has_and_serves_at_once()
    {
        var result = Run("{ name: again, at: 1005ms, for: 1s, target: b1, action: restart }", Slow);

        Assert.Equal(3, result.Requests.Count(request => request.Outcome != RequestOutcome.Ok));
    }

    [Fact]
    public void A_link_that_goes_down_closes_so_that_requests_are_tried_again_and_refused()
    {
        var result = Run("{ name: down, at: 1005ms, for: 1s, target: b1, action: down }", Slow);

        Assert.Equal(3 + 50, result.Requests.Count(request => request.Status == 502));
    }

    [Fact]
    public void A_paused_backend_says_nothing_and_goes_on_where_it_was()
    {
        var result = Run("{ name: frozen, at: 1005ms, for: 100ms, target: b1, action: pause }", Slow);

        Assert.All(result.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));

        // Sent at 960: its answer is held until 1105. Sent at 1040: its work begins at 1105.
        Assert.Equal(Ms(145), result.Requests.Single(request => request.Sent == Ms(960)).Latency);
        Assert.Equal(Ms(115), result.Requests.Single(request => request.Sent == Ms(1040)).Latency);
        Assert.Equal(Ms(50), result.Requests.Single(request => request.Sent == Ms(1050)).Latency);
    }

    [Fact]
    public void A_status_fault_answers_at_once_its_share_of_requests()
    {
        var result = Run("{ name: broken, at: 0s, target: b1, http: { status: 503, percent: 50% } }");

        var wrong = result.Requests.Where(request => request.Status == 503).ToArray();
        Assert.All(wrong, request => Assert.Equal((0, TimeSpan.Zero), (request.Backend, request.Latency)));

        // 500 draws of a half: ± 5 deviations of √(500/4) = 11.2.
        Assert.InRange(wrong.Length, 194, 306);
    }

    [Theory]
    [InlineData("before-headers", 502, RequestOutcome.ServerError)]
    [InlineData("after-headers", 502, RequestOutcome.ServerError)]
    [InlineData("mid-body", 200, RequestOutcome.Reset)]
    public void An_aborted_answer_is_502_until_a_part_of_its_body_has_gone_out(string point, int status, RequestOutcome outcome)
    {
        var fault = $"{{ name: cut, at: 0s, target: b1, http: {{ abort: {point}, percent: 100% }} }}";
        string[] both = [fault, fault + ", { name: noop, at: 0s, target: b1, toxic: { type: noop } }"];

        // With a toxic the answer goes through a link; what the client sees is the same.
        Assert.All(both, faults => Assert.All(
            Run(faults).Requests.Where(request => request.Number % 2 == 1),
            request => Assert.Equal((status, outcome, Ms(10)), (request.Status, request.Outcome, request.Latency))));
    }

    [Fact]
    public void A_latency_toxic_delays_every_answer_of_its_backend()
    {
        var result = Run("{ name: slow, at: 1s, for: 2s, target: b1, toxic: { type: latency, latency: 200ms } }");

        // Taking it away lets go at once what it holds: of those sent until 2780, none is held at 3000.
        var hit = result.Requests.Where(request => request.Backend == 0 && request.Sent >= Ms(1000) && request.Sent < Ms(2780));
        Assert.All(hit, request => Assert.Equal(Ms(210), request.Latency));
        Assert.All(result.Requests.Where(request => request.Backend == 1), request => Assert.Equal(Ms(10), request.Latency));
        Assert.All(result.Requests.Where(request => request.Sent >= Ms(3000)), request => Assert.Equal(Ms(10), request.Latency));
    }

    [Fact]
    public void A_slow_link_takes_the_time_of_its_bytes()
    {
        // 110 + 9890 bytes at 100 KB/s: 100 ms.
        var result = Run(
            "{ name: thin, at: 0s, target: b1, toxic: { type: bandwidth, rate: 100KB/s } }",
            "{ count: 1, latency: 10ms, body: 9890B }",
            "{ executor: constant-vus, vus: 1, duration: 5s, timeout: 2s }");

        // Taking the toxic away at the end lets go of what it holds.
        var whole = result.Requests.Where(request => request.Done < Ms(5000));
        Assert.All(whole, request => Assert.InRange(request.Latency, Ms(109), Ms(113)));
    }

    [Fact]
    public void A_connection_that_closes_before_its_answer_is_502_and_nothing_is_sent_again()
    {
        var result = Run(
            "{ name: cut, at: 0s, target: b1, toxic: { type: limit_data, bytes: 0 } }",
            "{ count: 1, latency: 10ms }",
            "{ executor: constant-arrival-rate, rate: 10/s, duration: 1s, timeout: 2s }");

        Assert.All(result.Requests, request => Assert.Equal((502, Ms(10)), (request.Status, request.Latency)));
        Assert.Equal(result.Requests.Length, result.Attempts.Length);
    }

    [Fact]
    public void A_toxic_that_resets_is_502_without_a_retry()
    {
        var result = Run(
            "{ name: cut, at: 0s, target: b1, toxic: { type: reset_peer } }", "{ count: 1, latency: 10ms }");

        // The toxic goes at the end of the run: the answer of that instant passes.
        var hit = result.Requests.Where(request => request.Done < Ms(10_000));
        Assert.All(hit, request => Assert.Equal((502, RequestOutcome.ServerError), (request.Status, request.Outcome)));
        Assert.Equal(result.Requests.Length, result.Attempts.Length);
    }

    [Fact]
    public void Toxicity_is_drawn_for_each_connection()
    {
        var result = Run(
            "{ name: some, at: 0s, target: b1, toxic: { type: latency, latency: 100ms, toxicity: 0.5 } }",
            "{ count: 1, latency: 10ms }",
            "{ executor: constant-vus, vus: 64, duration: 1s, timeout: 2s }");

        // 64 connections, each with a latency of its own: ± 5 deviations of √(64/4) = 4.
        var slow = result.Requests.Where(request => request.Sent == TimeSpan.Zero).Count(request => request.Latency == Ms(110));
        Assert.InRange(slow, 12, 52);
        Assert.All(result.Requests, request => Assert.True(request.Latency == Ms(10) || request.Latency == Ms(110)));
    }
}
