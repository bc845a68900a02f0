using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;

namespace LBTool.Simulation.Tests;

/// <summary>Health checks in virtual time: exact to the probe, and to the request.</summary>
public class HealthTests
{
    private const string Load = "{ executor: constant-arrival-rate, rate: 100/s, duration: 10s, timeout: 5s }";
    private const string ThreeBackends = "{ count: 3, latency: 10ms }";

    [Fact]
    public void A_backend_goes_down_at_its_third_failed_probe_and_up_at_its_second_passed_one()
    {
        var result = Run("{ interval: 500ms, timeout: 200ms, fall: 3, rise: 2 }", "{ name: sick, at: 3s, for: 4s, target: b3, action: fail-health }");

        Assert.Equal(SlotAfter(3, backend: "b3", number: 3), Change(result, "down").At);
        Assert.Equal(SlotAfter(7, backend: "b3", number: 2), Change(result, "up", after: 3).At);
        Assert.Equal(["up", "down", "up"], States(result, 2));
        Assert.Equal(["up"], States(result, 0));
    }

    [Fact]
    public void A_probe_that_hangs_fails_at_its_timeout()
    {
        var result = Run("{ interval: 500ms, timeout: 200ms, fall: 2, rise: 2 }", "{ name: hung, at: 3s, for: 4s, target: b3, http: { hang: true, path: /healthz } }");

        Assert.Equal(SlotAfter(3, "b3", 2) + Sample.Ms(200), Change(result, "down").At);
        Assert.Contains(result.Events, happened => happened.Text == "probe of b3 failed: no answer within 200ms");
    }

    [Fact]
    public void A_probe_that_takes_longer_than_the_interval_makes_the_next_one_wait()
    {
        // Each probe takes 800 ms, so that every second slot of 500 ms is left out: the second failure ends 1 s after the first.
        var result = Run("{ interval: 500ms, timeout: 800ms, fall: 2, rise: 2 }", "{ name: hung, at: 3s, for: 6s, target: b3, http: { hang: true, path: /healthz } }");

        Assert.Equal(SlotAfter(3, "b3", 3) + Sample.Ms(800), Change(result, "down").At);
    }

    [Fact]
    public void Until_a_dead_backend_is_found_out_exactly_its_share_is_lost()
    {
        var result = Run("{ interval: 500ms, timeout: 200ms, fall: 3, rise: 2 }", "{ name: dead, at: 3s, target: b3, action: kill }");
        var run = new MeasuredRun(result);
        var detection = Change(result, "down").At - TimeSpan.FromSeconds(3);

        // 100 requests a second, every third of them to b3, and no more than one that was in flight.
        var lost = run.Lost(run.Windows.Whole);
        Assert.InRange(lost, 1, (100.0 / 3 * detection.TotalSeconds) + 2);
        Assert.Equal(lost, run.Errors(run.Windows.Whole));
        Assert.DoesNotContain(result.Leases, lease => lease.Backend == 2 && lease.Start > Change(result, "down").At);
    }

    [Theory]
    [InlineData("/healthz", "up")]
    [InlineData("/healthz/deep", "up, down")]
    public void A_deep_check_goes_through_the_application(string path, string states)
    {
        var result = Run($"{{ path: {path}, interval: 500ms, timeout: 200ms, fall: 2, rise: 2 }}", "{ name: broken, at: 3s, target: b3, action: fail-app }");

        Assert.Equal(states, string.Join(", ", States(result, 2)));
        Assert.Equal(result.Requests.Length, result.Attempts.Length);
    }

    [Theory]
    [InlineData("expect: { status: '200-299' }", "status: 404", "up, down")]
    [InlineData("expect: { status: '200-299, 404' }", "status: 404", "up")]
    [InlineData("expect: { body: ok }", "status: { code: 200, body: 'all ok' }", "up")]
    [InlineData("expect: { body: ok }", "status: { code: 200, body: sorry }", "up, down")]
    [InlineData("method: HEAD", "status: 503, method: HEAD", "up, down")]
    [InlineData("method: HEAD", "status: 503, method: GET", "up")]
    public void Status_body_and_method_decide(string probe, string fault, string states)
    {
        var result = Run($"{{ {probe}, interval: 500ms, timeout: 200ms, fall: 2, rise: 2 }}", $"{{ name: wrong, at: 3s, target: b3, http: {{ {fault}, path: /healthz }} }}");

        Assert.Equal(states, string.Join(", ", States(result, 2)));
    }

    [Fact]
    public void Jitter_puts_off_each_probe_by_itself()
    {
        var result = Run("{ interval: 500ms, jitter: 200ms, timeout: 200ms, fall: 3, rise: 2 }", "{ name: sick, at: 3s, target: b3, action: fail-health }");

        Assert.Equal(SlotAfter(3, "b3", 3, jitter: Sample.Ms(200)), Change(result, "down").At);
    }

    [Fact]
    public void A_deep_check_waits_in_line_and_a_shallow_one_does_not()
    {
        // One worker of 100 ms and 100 requests a second: the line never ends.
        foreach (var (path, states) in new[] { ("/healthz", "up"), ("/healthz/deep", "up, down") })
        {
            var result = Sample.Run(
                backends: "{ count: 3, latency: 100ms, concurrency: 1 }", load: Load,
                target: $", health: {{ active: {{ path: {path}, interval: 500ms, timeout: 200ms, fall: 2, rise: 2 }}, panic_threshold: 0% }}");
            Assert.StartsWith(states, string.Join(", ", States(result, 0)), StringComparison.Ordinal);
            Assert.Equal(path == "/healthz", States(result, 0).Length == 1);
        }
    }

    [Fact]
    public void A_frozen_process_still_accepts_connections_and_a_dead_one_does_not()
    {
        var result = Run("{ type: tcp, interval: 500ms, timeout: 200ms, fall: 2, rise: 2 }",
            "{ name: frozen, at: 3s, target: b1, action: pause }, { name: dead, at: 3s, target: b3, action: kill }");

        Assert.Equal(["up"], States(result, 0));
        Assert.Equal(SlotAfter(3, "b3", 2), Change(result, "down").At);
    }

    [Fact]
    public void A_link_that_swallows_everything_is_found_out_by_the_timeout()
    {
        var result = Run("{ interval: 500ms, timeout: 200ms, fall: 2, rise: 2 }", "{ name: hole, at: 3s, for: 3s, target: b3, toxic: { type: timeout, timeout: 0 } }");

        Assert.Equal(SlotAfter(3, "b3", 2) + Sample.Ms(200), Change(result, "down").At);
        Assert.Equal(["up", "down", "up"], States(result, 2));
    }

    [Fact]
    public void A_slow_link_delays_probes_as_it_delays_requests()
    {
        var result = Run("{ interval: 500ms, timeout: 200ms, fall: 1, rise: 1 }", "{ name: slow, at: 3s, for: 3s, target: b3, toxic: { type: latency, latency: 300 } }");

        Assert.Equal(SlotAfter(3, "b3", 1) + Sample.Ms(200), Change(result, "down").At);
    }

    [Theory]
    [InlineData("", "up")]
    [InlineData("tls: true, ", "up, down, up")]
    [InlineData("tls: true, type: tcp, ", "up")]
    public void A_handshake_goes_there_and_back_once_more(string kind, string states)
    {
        // 120 ms for what is said once, of 200 ms that a probe may take.
        var result = Run($"{{ {kind}interval: 500ms, timeout: 200ms, fall: 2, rise: 1 }}", "{ name: slow, at: 3s, for: 3s, target: b3, toxic: { type: latency, latency: 120 } }");

        Assert.Equal(states, string.Join(", ", States(result, 2)));
        if (states != "up")
        {
            Assert.Equal(SlotAfter(3, "b3", 2) + Sample.Ms(200), Change(result, "down").At);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(", type: tcp")]
    public void A_frozen_process_shakes_no_hands(string kind)
    {
        var result = Run($"{{ tls: true{kind}, interval: 500ms, timeout: 200ms, fall: 1, rise: 1 }}", "{ name: frozen, at: 3s, for: 3s, target: b3, action: pause }");

        Assert.Equal(SlotAfter(3, "b3", 1) + Sample.Ms(200), Change(result, "down").At);
        Assert.Equal(["up", "down", "up"], States(result, 2));
    }

    [Fact]
    public void A_restart_between_two_probes_goes_unnoticed()
    {
        var result = Run("{ interval: 500ms, timeout: 200ms, fall: 1, rise: 1 }", "{ name: again, at: 3s, target: b3, action: restart }");

        Assert.Equal(["up"], States(result, 2));
    }

    [Fact]
    public void With_nobody_left_clients_get_503_and_with_panic_everybody_is_used()
    {
        const string AllSick = "{ name: sick, at: 3s, target: all, action: fail-health }";
        var refused = Sample.Run(AllSick, ThreeBackends, Load, target: ", health: { active: { interval: 500ms, fall: 1 }, panic_threshold: 0% }");
        Assert.Contains(refused.Requests, request => request is { Status: 503, Backend: -1 });

        var panicked = Sample.Run(AllSick, ThreeBackends, Load, target: ", health: { active: { interval: 500ms, fall: 1 } }");
        Assert.All(panicked.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        Assert.Single(panicked.Events, happened => happened.Kind == RunEventKind.PanicStart);
    }

    [Fact]
    public void Five_failed_requests_in_a_row_eject_and_the_first_request_after_the_ejection_is_the_trial()
    {
        var result = Sample.Run(
            "{ name: broken, at: 3s, for: 4s, target: b3, action: fail-app }", ThreeBackends, Load,
            target: ", health: { passive: { consecutive: 5, ejection: 1s } }");
        var ejected = Change(result, "ejected");
        var failed = result.Leases.Where(lease => lease.Backend == 2 && !lease.Ok).ToArray();
        Assert.Equal(failed[4].End, ejected.At);

        // Ejections of 1, 2 and 3 s: the trials of the first two fail, the third one comes after the fault.
        var trials = result.Leases.Where(lease => lease.Backend == 2 && lease.Start > ejected.At).Take(3).ToArray();
        var due = ejected.At;
        foreach (var (trial, length) in trials.Zip([1, 2, 3]))
        {
            due += TimeSpan.FromSeconds(length);
            Assert.InRange(trial.Start, due, due + Sample.Ms(10));
            due = trial.End;
        }

        Assert.Equal([false, false, true], trials.Select(trial => trial.Ok));
        Assert.Equal(trials[2].End, Change(result, "up", after: 3).At);
        Assert.Equal(5 + 2, failed.Length);
    }

    [Fact]
    public void A_slow_backend_is_ejected_by_its_latency()
    {
        var result = Sample.Run(
            "{ name: slow, at: 3s, for: 4s, target: b3, http: { delay: 200ms } }", ThreeBackends, Load,
            target: ", health: { passive: { consecutive: 0, latency_factor: 3, window: 1s, min_requests: 5, ejection: 1s } }");

        Assert.InRange(Change(result, "ejected").At, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4.3));
        Assert.Equal(["up"], States(result, 0).DefaultIfEmpty("up"));
    }

    [Theory]
    [InlineData("balancers: 2, health: { active: {} }", "health checks of several balancers")]
    [InlineData("health: { active: { port: 81 } }", "probes of another port")]
    [InlineData("health: { active: { path: /deep, expect: { body: b1 } } }", "the body that probes find anywhere but at /healthz")]
    public void What_it_does_not_know_is_named(string target, string unknown)
    {
        var scenario = Sample.Read($"version: 1\nname: x\ntarget: {{ backends: {{ count: 2 }}, {target} }}\nload: {{ rate: 10/s, duration: 3s }}\n");
        var plan = Planner.Plan(scenario, seed: 1);
        var world = new SimulatedWorld(plan);
        var conductor = new Conductor(plan, world, TimeProvider.System, "test");

        world.Run(conductor, TestContext.Current.CancellationToken);

        Assert.Equal($"the simulator does not know {unknown}: run the scenario for real (lbtool run)", Assert.IsType<WorldException>(conductor.Failure).Message);
    }

    private static RunResult Run(string active, string faults) =>
        Sample.Run(faults, ThreeBackends, Load, target: $", timeout: 300ms, health: {{ active: {active} }}");

    // The n-th instant, from 1, at which a backend is probed at or after so many seconds.
    private static TimeSpan SlotAfter(double seconds, string backend, int number, TimeSpan jitter = default)
    {
        var times = ProbeTimes.Of(new ActiveCheck(Sample.Ms(500), Sample.Ms(200), 1, 1) { Jitter = jitter }, seed: 1, backend);
        var slot = times.Next(TimeSpan.FromSeconds(seconds));
        for (var more = 1; more < number; more++)
        {
            slot = times.Next(TimeSpan.Zero);
        }

        return slot;
    }

    private static RunEvent Change(RunResult result, string state, double after = 0) => result.Events.First(happened =>
        happened.Kind == RunEventKind.StateChange && happened.Name == state && happened.At > TimeSpan.FromSeconds(after));

    private static string[] States(RunResult result, int backend) =>
        [.. result.Events.Where(happened => happened.Kind == RunEventKind.StateChange && happened.Backend == backend).Select(happened => happened.Name)];
}
