using System.Collections.Immutable;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live.Tests.Load;

namespace LBTool.Live.Tests.Health;

/// <summary>Whole runs with health checks, on real sockets.</summary>
public class HealthRunTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(1, 50)]
    public async Task A_backend_falls_and_rises_by_its_probes_and_gets_nothing_in_between(int httpVersion, int jitter)
    {
        var result = await RunAsync($$"""
            target:
              backends: { count: 3, latency: 1ms }
              http: { behind: {{httpVersion}} }
              health: { active: { interval: 100ms, jitter: {{jitter}}ms, timeout: 5s, fall: 3, rise: 2 } }
            load: { rate: 100/s, duration: 6s }
            faults: [{ name: sick, at: 1s, for: 2s, target: b3, action: fail-health }]
            expect:
              - requests{backend=b3} == 0 during state{backend=b3} == down
              - transitions{backend=b3} == 2
              - transitions{backend=b1} == 0
              - errors == 0
            """);

        // The third failure in a row comes two intervals after the first at the earliest, the second pass one; jitter may have put off the first.
        var early = TimeSpan.FromMilliseconds(jitter);
        Assert.True(Change(result, "down").At >= Probe(result, "failed").Intended + (2 * Interval) - early);
        Assert.True(Change(result, "up", after: Change(result, "down").At).At >= Probe(result, "passed", after: Change(result, "down").At).Intended + Interval - early);
        Assert.All(Judge.Evaluate(new MeasuredRun(result)).Outcomes, outcome => Assert.Equal((outcome.Text, Verdict.Passed), (outcome.Text, outcome.Verdict)));
        Assert.Equal(result.Requests.Length, result.Attempts.Length);
    }

    [Fact]
    public async Task A_hung_probe_delays_nobody_elses()
    {
        var result = await RunUntilAsync(progress => IsDown(progress, backend: 1), """
            target:
              timeout: 1s
              backends: { count: 3, latency: 1ms }
              health: { active: { interval: 100ms, timeout: 60s, fall: 2, rise: 2 } }
            load: { rate: 20/s, duration: 2m }
            faults:
              - { name: hung, at: 500ms, target: b1, action: pause }
              - { name: dead, at: 1s, target: b2, action: kill }
            """);

        Assert.Equal("down", States(result, backend: 1)[^1]);
        Assert.Equal(["up"], States(result, backend: 0));
    }

    [Fact]
    public async Task With_nobody_available_clients_get_503_and_the_reason()
    {
        var result = await RunUntilAsync(progress => IsDown(progress, 0) && IsDown(progress, 1) && HasAnswersSince(progress, "down"), """
            target:
              backends: { count: 2, latency: 1ms }
              health: { active: { interval: 100ms, timeout: 5s, fall: 1, rise: 1 }, panic_threshold: 0% }
            load: { rate: 50/s, duration: 2m }
            faults: [{ name: dead, at: 500ms, target: all, action: kill }]
            """);

        var lastDown = result.Events.Where(happened => happened is { Kind: RunEventKind.StateChange, Name: "down" }).Max(happened => happened.At);
        var afterwards = result.Requests.Where(request => request.Sent > lastDown).ToArray();
        Assert.NotEmpty(afterwards);
        Assert.All(afterwards.Where(request => request.Outcome != RequestOutcome.Aborted), request => Assert.Equal((503, -1), (request.Status, request.Backend)));
        Assert.DoesNotContain(result.Events, happened => happened.Kind == RunEventKind.PanicStart);
    }

    [Fact]
    public async Task Requests_lost_until_a_dead_backend_is_found_out_are_at_most_its_share_of_that_time()
    {
        var result = await RunUntilAsync(progress => IsDown(progress, backend: 2), """
            target:
              algorithm: round-robin
              backends: { count: 3, latency: 1ms }
              health: { active: { interval: 100ms, timeout: 5s, fall: 3, rise: 2 } }
            load: { rate: 100/s, duration: 2m }
            faults: [{ name: dead, at: 1s, target: b3, action: kill }]
            """);

        var run = new MeasuredRun(result);
        var (begins, found) = (result.Events.Single(happened => happened.Kind == RunEventKind.FaultStart), Change(result, "down"));
        var lost = run.Lost(run.Windows.Whole);

        // Lost is what b3 had in flight at the kill, and what it was given from then until it was found out, which is noted
        // after it has left the pool. Round-robin gives it every third request: between its first and its last of k there
        // are 2 (k − 1) of others, so that k ≤ (n + 2) / 3 of n. All n were picked after the kill and before the finding,
        // and so ended after the one and began before the other: a lease's time is read before its pick.
        var meanwhile = result.Leases.Where(lease => lease.End >= begins.Intended && lease.Start <= found.At).ToArray();
        var inFlight = meanwhile.Count(lease => lease.Backend == 2 && lease.Start < begins.Intended);
        Assert.InRange(lost, 1, inFlight + ((meanwhile.Length + 2) / 3));
        Assert.Equal(lost, run.Errors(run.Windows.Whole));
    }

    [Theory]
    [InlineData("/healthz", "up")]
    [InlineData("/healthz/deep", "down")]
    public async Task A_deep_check_goes_through_the_application_and_a_shallow_one_past_it(string path, string last)
    {
        var until = TimeSpan.FromSeconds(3);
        var result = await RunUntilAsync(progress => last == "up" ? progress.Now > until : IsDown(progress, backend: 1), $$"""
            target:
              backends: { count: 3, latency: 1ms }
              health: { active: { path: {{path}}, interval: 100ms, timeout: 5s, fall: 2, rise: 2 } }
            load: { rate: 20/s, duration: 2m }
            faults: [{ name: broken, at: 500ms, target: b2, action: fail-app }]
            """);

        Assert.Equal(last, States(result, backend: 1)[^1]);
        Assert.InRange(result.Attempts.Length, result.Requests.Count(request => request.Outcome != RequestOutcome.Aborted), result.Requests.Length);
    }

    [Fact]
    public async Task A_frozen_process_still_accepts_connections()
    {
        var result = await RunUntilAsync(progress => IsDown(progress, backend: 1), """
            target:
              timeout: 500ms
              backends: { count: 3, latency: 1ms }
              health: { active: { type: tcp, interval: 100ms, timeout: 5s, fall: 2, rise: 2 } }
            load: { rate: 20/s, duration: 2m }
            faults:
              - { name: frozen, at: 500ms, target: b1, action: pause }
              - { name: dead, at: 500ms, target: b2, action: kill }
            """);

        Assert.Equal("up", States(result, backend: 0)[^1]);
        Assert.Equal("down", States(result, backend: 1)[^1]);
        Assert.Contains(result.Events, happened => happened.Text.StartsWith("probe of b2 failed: connection ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("tcp")]
    public async Task Another_port_may_be_probed_over_http_whatever_is_balanced(string protocol)
    {
        // It passes the probes before the load, and two more.
        var asked = 0;
        await using var health = new RawServer(arrival =>
            arrival.WriteAsync(Interlocked.Increment(ref asked) <= 4 ? RawServer.Ok : "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"));

        var result = await RunAsync($$"""
            target:
              protocol: {{protocol}}
              backends: { count: 2, latency: 1ms }
              health: { active: { port: {{health.Address.Port}}, interval: 100ms, timeout: 5s, fall: 2, rise: 2 }, panic_threshold: 0% }
            load: { rate: 20/s, duration: 3s }
            """);

        Assert.Equal(["up", "down"], States(result, backend: 0));
        Assert.Equal(["up", "down"], States(result, backend: 1));
        Assert.Contains(result.Events, happened => happened.Text == "probe of b1 failed: status 503");
        Assert.Contains(result.Requests, request => request.Outcome != RequestOutcome.Ok);
    }

    [Theory]
    [InlineData("behind: 1", "http")]
    [InlineData("behind: 2", "http")]
    [InlineData("behind: 1", "tcp")]
    public async Task Probes_over_tls_go_to_the_port_that_serves_requests_in_clear_text(string versions, string type)
    {
        var result = await RunAsync($$"""
            target:
              timeout: 500ms
              backends: { count: 3, latency: 1ms }
              http: { {{versions}} }
              health: { active: { type: {{type}}, tls: true, interval: 100ms, timeout: 5s, fall: 2, rise: 2 } }
            load: { rate: 20/s, duration: 4s }
            faults: [{ name: dead, at: 500ms, for: 1s, target: b2, action: kill }]
            """);

        Assert.Equal(["up", "down", "up"], States(result, backend: 1));
        Assert.Equal(["up"], States(result, backend: 0));
        Assert.Contains(result.Events, happened => happened.Text == (type == "http" ? "probe of b2 passed: status 200" : "probe of b2 passed: TLS handshake done"));
        Assert.Contains(result.Requests, request => request is { Backend: 1, Outcome: RequestOutcome.Ok } && request.Sent > Change(result, "down").At);
    }

    [Fact]
    public async Task Who_swallows_what_it_is_sent_is_found_out_by_the_timeout()
    {
        var result = await RunUntilAsync(progress => IsDown(progress, backend: 1), """
            target:
              timeout: 500ms
              backends: { count: 3, latency: 1ms }
              health: { active: { interval: 100ms, timeout: 200ms, fall: 2, rise: 2 } }
            load: { rate: 20/s, duration: 2m }
            faults: [{ name: hole, at: 1s, target: b2, toxic: { type: timeout, timeout: 0 } }]
            """);

        Assert.Contains(result.Events, happened => happened.Text == "probe of b2 failed: no answer within 200ms");
    }

    [Fact]
    public async Task Failing_requests_eject_and_one_trial_at_a_time_asks_whether_it_is_well_again()
    {
        var result = await RunUntilAsync(progress => States(progress.Events, backend: 3) is [.., "ejected", "up"] && HasAnswersSince(progress, "up"), """
            target:
              backends: { count: 4, latency: 1ms }
              health: { passive: { consecutive: 5, ejection: 300ms, max_ejection: 300ms } }
            load: { rate: 100/s, duration: 2m }
            faults: [{ name: broken, at: 500ms, for: 1500ms, target: b4, action: fail-app }]
            """);

        var ejected = Change(result, "ejected");
        var back = Change(result, "up", after: ejected.At);
        Assert.True(back.At >= ejected.Intended + TimeSpan.FromMilliseconds(300));

        // Not earlier than the fifth; those that were in flight with it may have failed meanwhile as well.
        Assert.Matches("^b4 is ejected: [0-9]+ failures in a row; for 300ms$", ejected.Text);
        Assert.True(result.Leases.Count(lease => lease.Backend == 3 && !lease.Ok && lease.End <= ejected.At) >= 5);

        // Each request on it while it is ejected is a trial; each that failed is noted, and the last one brought it back.
        var trials = result.Leases.Count(lease => lease.Backend == 3 && lease.Start > ejected.At && lease.Start < back.At);
        var failed = result.Events.Count(happened => happened.Text.Contains("its trial request failed", StringComparison.Ordinal));
        Assert.Equal(failed + 1, trials);
        Assert.All(result.Requests.Where(request => request.Sent > back.At), request => Assert.True(request.Outcome is RequestOutcome.Ok or RequestOutcome.Aborted));
    }

    private static RunEvent Change(RunResult result, string state, TimeSpan after = default) =>
        result.Events.First(happened => happened.Kind == RunEventKind.StateChange && happened.Name == state && happened.At > after);

    private static RunEvent Probe(RunResult result, string name, TimeSpan after = default) =>
        result.Events.First(happened => happened.Kind == RunEventKind.Probe && happened.Name == name && happened.At > after);

    private static string[] States(RunResult result, int backend) => States(result.Events, backend);

    private static string[] States(ImmutableArray<RunEvent> events, int backend) =>
        [.. events.Where(happened => happened.Kind == RunEventKind.StateChange && happened.Backend == backend).Select(happened => happened.Name)];

    private static bool IsDown(RunProgress progress, int backend) => States(progress.Events, backend) is [.., "down"];

    private static bool HasAnswersSince(RunProgress progress, string state)
    {
        var since = progress.Events.Last(happened => happened.Kind == RunEventKind.StateChange && happened.Name == state).At;
        return progress.Recording.Requests.Read().Any(request => request.Sent > since);
    }

    private static async Task<RunResult> RunAsync(string rest)
    {
        var result = await RunAsync(rest, null, TestContext.Current.CancellationToken);
        Assert.Equal((RunEnd.Completed, null), (result.End, result.EndReason));
        return result;
    }

    // How long it takes is the machine's matter. The end cuts off what is in flight.
    private static async Task<RunResult> RunUntilAsync(Func<RunProgress, bool> happened, string rest)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var result = await RunAsync(
            rest,
            progress =>
            {
                if (happened(progress))
                {
                    stop.Cancel();
                }
            },
            stop.Token);
        Assert.Equal(RunEnd.Interrupted, result.End);
        return result;
    }

    private static async Task<RunResult> RunAsync(string rest, Action<RunProgress>? progress, CancellationToken stop)
    {
        var reading = ScenarioReader.Read($"version: 1\nname: health\n{rest}\n", "health.lb.yaml");
        Assert.Empty(reading.Problems);
        var plan = Planner.Plan(reading.Scenario!, 1);
        await using var world = new LiveWorld(plan);
        return await new Conductor(plan, world, TimeProvider.System, "test") { Progress = progress }.RunAsync(stop);
    }
}
