using LBTool.Core.Measurements;
using static LBTool.Simulation.Tests.Sample;

namespace LBTool.Simulation.Tests;

/// <summary>Each HTTP fault as clients see it, at exact times; through a link with a toxic it is the same.</summary>
public class HttpFaultTests
{
    private const string Noop = ", { name: noop, at: 0s, target: b1, toxic: { type: noop } }";
    private const string Two = "{ count: 2, latency: 10ms, body: 1000B }";

    public static TheoryData<string, int, RequestOutcome, double> Faults => new()
    {
        { "status: 429", 429, RequestOutcome.Ok, 0 },
        { "status: { code: 503, body: try later }", 503, RequestOutcome.ServerError, 0 },
        { "delay: 30ms", 200, RequestOutcome.Ok, 40 },
        { "hang: true", 504, RequestOutcome.ServerError, 500 },
        { "truncate: 50%", 200, RequestOutcome.Reset, 10 },
        { "truncate: 0%", 502, RequestOutcome.ServerError, 10 },
        { "slow_body: { bytes: 300, every: 20ms }", 200, RequestOutcome.Ok, 70 },
        { "slow_body: { bytes: 1KB, every: 20ms }", 200, RequestOutcome.Ok, 10 },
        { "slow_body: { bytes: 300, every: 1s }", 200, RequestOutcome.Reset, 510 },
        { "headers: { Connection: close }", 200, RequestOutcome.Ok, 10 },
        { "huge_header: 50KB", 200, RequestOutcome.Ok, 10 },
        { "huge_header: 100KB", 502, RequestOutcome.ServerError, 10 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void It_is_seen_by_clients(string fault, int status, RequestOutcome outcome, double milliseconds)
    {
        var text = $"{{ name: wrong, at: 0s, for: 5s, target: b1, http: {{ {fault} }} }}";
        foreach (var faults in new[] { text, text + Noop })
        {
            var result = Run(faults, Two, target: ", timeout: 500ms");

            // Those that the fault still holds when it ends go on then.
            var hit = result.Requests.Where(request => request.Number % 2 == 1 && request.Sent < Ms(4400));
            Assert.All(hit, request => Assert.Equal((status, outcome, Ms(milliseconds), 0), (request.Status, request.Outcome, request.Latency, request.Backend)));
            Assert.All(result.Requests.Where(request => request.Number % 2 == 0 || request.Sent >= Ms(5000)),
                request => Assert.Equal((200, Ms(10)), (request.Status, request.Latency)));
        }
    }

    [Theory]
    [InlineData("hang: true", 10)]
    [InlineData("delay: 1m", 10)]
    [InlineData("slow_body: { bytes: 300, every: 1m }", 0)]
    public void Whom_it_holds_goes_on_when_it_ends(string fault, double left)
    {
        var result = Run(
            $"{{ name: wrong, at: 0s, for: 1005ms, target: b1, http: {{ {fault} }} }}",
            "{ count: 1, latency: 10ms, body: 1000B }",
            "{ executor: constant-arrival-rate, rate: 1/s, duration: 1s, timeout: 9s }");

        Assert.Equal(Ms(1000 + left), Assert.Single(result.Requests).Latency);
    }

    [Fact]
    public void A_hanging_worker_is_taken_and_free_again_when_its_client_has_gone()
    {
        // One worker: the first hangs until its client goes at 300 ms, and so on; the line is served in order.
        var result = Run(
            "{ name: wrong, at: 0s, target: b1, http: { hang: true } }",
            "{ count: 1, latency: 10ms, concurrency: 1, queue: 1 }",
            "{ executor: constant-arrival-rate, rate: 20/s, duration: 1s, timeout: 300ms }");

        // At 0 the first has the worker, at 50 the second the only place in line, at 100 … 250 it is full.
        Assert.Equal([0, 0, 503, 503, 503, 503], result.Requests.Take(6).Select(request => request.Status));
        Assert.True(result.Requests.Skip(6).Count(request => request.Outcome == RequestOutcome.Timeout) >= 3);
    }

    [Fact]
    public void An_application_that_fails_behind_a_good_health_endpoint_says_500()
    {
        var result = Run(
            "{ name: app, at: 0s, target: b1, action: fail-app }, { name: health, at: 0s, target: b2, action: fail-health }");

        Assert.All(result.Requests, request => Assert.Equal(request.Number % 2 == 1 ? 500 : 200, request.Status));
    }
}
