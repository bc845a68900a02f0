using LBTool.Core.Explanations;
using LBTool.Core.Scenarios;
using LBTool.Core.Tests.Scenarios;
using static LBTool.Core.Tests.Explanations.ExplanationTests;

namespace LBTool.Core.Tests.Explanations;

/// <summary>Each warning, and beside it the nearest scenario that deserves none.</summary>
public class WarningsTests
{
    private const string Probes = "health: { active: { path: /healthz, interval: 500ms, timeout: 200ms, fall: 3, rise: 2 } }";
    private const string Slow = "{ name: slow, at: 3s, for: 6s, target: b1, toxic: { type: latency, latency: 200ms } }";

    [Theory]
    [InlineData("501ms", "a timeout of 501ms is longer than the interval of 500ms")]
    [InlineData("500ms", null)]
    public void Timeout_longer_than_the_interval(string timeout, string? problem) => Verify(
        Explain(Probes.Replace("200ms", timeout, StringComparison.Ordinal)), "target.health.active.timeout", problem);

    // But where it shows what the warning is about: a deadline that cuts, faults too short for the probes.
    [Theory]
    [MemberData(nameof(BuiltInScenariosTests.Names), MemberType = typeof(BuiltInScenariosTests))]
    public void Built_in_scenarios_deserve_none(string name)
    {
        var explanation = Explanation.Of(ScenarioReader.Read(BuiltInScenarios.Find(name)!.Text, name).Scenario!);
        string[] shown = name switch
        {
            "drain-deadline-exceeded" => ["fault drain-b2, deadline"],
            "flapping" => ["fault blip-1, for", "fault blip-2, for", "fault blip-3, for", "fault relapse, for"],
            _ => [],
        };

        Assert.Equal(shown, explanation.Warnings.Select(warning => warning.Key));
    }

    [Theory]
    [InlineData("400ms", "a window of 400ms is shorter than the check interval of 500ms")]
    [InlineData("500ms", null)]
    public void Slow_start_shorter_than_the_interval(string window, string? problem) => Verify(
        Explain($"{Probes}\n  slow_start: {{ window: {window} }}"), "target.slow_start.window", problem);

    [Theory]
    [InlineData("kill", "900ms", "it lasts 900ms, and probes take 1s .. 1.5s to see it: they will not")]
    [InlineData("kill", "1.4s", "it lasts 1.4s, and probes take 1s .. 1.5s to see it: whether they do depends on when they come")]
    [InlineData("kill", "1.5s", null)]
    [InlineData("pause", "1.6s", "it lasts 1.6s, and probes take 1s .. 1.7s to see it: whether they do depends on when they come")]
    [InlineData("pause", "1.7s", null)]
    [InlineData("fail-app", "900ms", null)]
    public void Fault_shorter_than_its_detection(string action, string lasts, string? problem) => Verify(
        Explain(Probes, $"{{ name: sick, at: 3s, for: {lasts}, target: b3, action: {action} }}"), "fault sick, for", problem);

    [Theory]
    [InlineData("down within 0.2s .. 0.9s of sick.start", "probes reach that state 1s .. 1.7s after sick.start")]
    [InlineData("down within 2s .. 3s of sick.start", "never 2s .. 3s after it")]
    [InlineData("down within 0.6s .. 0.7s of sick.start + 1.2s", "never 1.8s .. 1.9s after it")]
    [InlineData("down within 1s .. 1.7s of sick.start", null)]
    [InlineData("up within 0.1s .. 0.4s of sick.end", "probes reach that state 500ms .. 1.2s after sick.end")]
    [InlineData("up within 0.5s .. 1s of sick.end", null)]
    public void State_that_probes_cannot_reach_then(string state, string? problem)
    {
        var expect = $"state{{backend=b3}} == {state}";

        Verify(Explain(Probes, "{ name: sick, at: 3s, for: 6s, target: b3, action: fail-health }", expect), $"expect '{expect}'", problem);
    }

    [Fact]
    public void State_that_another_fault_has_a_part_in_is_left_alone() => Assert.DoesNotContain(
        Explain(Probes, "{ name: first, at: 2s, for: 3s, target: b3, action: kill }, { name: sick, at: 3s, for: 6s, target: b3, action: fail-health }",
            "state{backend=b3} == down within 0s .. 0.9s of sick.start").Warnings, warning => warning.Key.StartsWith("expect", StringComparison.Ordinal));

    [Theory]
    [InlineData("10ms +- 2ms", "10ms", "the longest request of b1, 12ms")]
    [InlineData("10ms +- 2ms", "12ms", null)]
    [InlineData("exponential(10ms)", "69ms", "p99.9 of the requests of b1, 69.08ms")]
    [InlineData("exponential(10ms)", "70ms", null)]
    public void Deadline_shorter_than_the_longest_request(string latency, string deadline, string? problem)
    {
        var latencies = latency.Split(" +- ") is [var value, var jitter] ? $"latency: {value}, jitter: {jitter}" : $"latency: {latency}";
        var backends = $"backends: {{ count: 3, {latencies} }}";

        Verify(Explain($"{backends}\n  drain: {{ deadline: {deadline} }}"), "target.drain.deadline", problem);
        Verify(Explain(backends, $"{{ name: out, at: 3s, for: 6s, target: b1, action: drain, deadline: {deadline} }}"), "fault out, deadline", problem);
    }

    // 200/s x 10 ms / (3 x 1) = 0.667; x 1.5 = 1, x 1.6 = 1.067. Without a limit on places nothing is known.
    [Theory]
    [InlineData("latency: 10ms, concurrency: 1", "60%", "is 0.67, and with retries up to 1.6 times as much, 1.07")]
    [InlineData("latency: 10ms, concurrency: 1", "40%", null)]
    [InlineData("latency: 10ms", "60%", null)]
    public void Retries_that_fill_the_backends(string backend, string budget, string? problem) => Verify(
        Explain($"backends: {{ count: 3, {backend} }}\n  retries: {{ attempts: 3, budget: {budget} }}"), "target.retries.budget", problem);

    [Theory]
    [InlineData("20ms", "is 1.33: queues grow as long as the load lasts")]
    [InlineData("15ms", null)]
    public void Rate_that_fills_the_backends(string latency, string? problem) => Verify(
        Explain($"backends: {{ count: 3, latency: {latency}, concurrency: 1 }}"), "load.rate", problem);

    [Theory]
    [InlineData("p99 < 4ms", "has a p99 of 5ms in service alone, more than 4ms")]
    [InlineData("p99 < 6ms", null)]
    [InlineData("p99 > 4ms", null)]
    public void Percentile_below_the_service_time(string expect, string? problem) => Verify(
        Explain("timeout: 10s", expect: expect), $"expect '{expect}'", problem);

    // A third of the requests are slow during the fault: p50 can be kept, p95 cannot.
    [Theory]
    [InlineData("p95 < 100ms during slow", "rr", "33.33% of the requests meet slow and take 200ms or more: p95 cannot be below 100ms")]
    [InlineData("p95 < 300ms during slow", "rr", null)]
    [InlineData("p50 < 100ms during slow", "rr", null)]
    [InlineData("p95 < 100ms during slow", "p2c", null)]
    [InlineData("p95 < 100ms during slow.end .. end", "rr", null)]
    public void Percentile_below_a_slow_backend_that_keeps_its_share(string expect, string algorithm, string? problem) => Verify(
        Explain("timeout: 10s", Slow, expect, algorithm), $"expect '{expect}'", problem);

    [Theory]
    [InlineData("p99 < 60ms during 5s .. 9.9s", "about 980 requests come in 4.9s, and p99 takes 1000")]
    [InlineData("p99 < 60ms during 5s .. 10s", null)]
    [InlineData("p99{backend=b1} < 60ms during 1s .. 15s", "about 933 requests come in 14s, and p99 takes 1000")]
    public void Percentile_of_too_few_requests(string expect, string? problem) => Verify(
        Explain("timeout: 10s", expect: expect), $"expect '{expect}'", problem);

    [Theory]
    [InlineData("http: { status: 500, percent: 0% }", "percent", "0% of the requests get it")]
    [InlineData("http: { status: 500, percent: 1% }", "percent", null)]
    [InlineData("toxic: { type: latency, latency: 5s, toxicity: 0% }", "toxicity", "0% of the connections are hit")]
    [InlineData("toxic: { type: latency, latency: 5s, toxicity: 1% }", "toxicity", null)]
    [InlineData("toxic: { type: latency }", "latency", "a latency of 0 without jitter delays nothing")]
    [InlineData("toxic: { type: latency, jitter: 5ms }", "latency", null)]
    public void Fault_that_does_nothing(string effect, string key, string? problem) => Verify(
        Explain("timeout: 10s", $"{{ name: idle, at: 3s, target: b1, {effect} }}"), $"fault idle, {key}", problem);

    [Theory]
    [InlineData("header:x-user", "", "no request of the load has header:x-user")]
    [InlineData("header:x-user", "keys: { count: 9, also: 'header:x-other' }", "no request of the load has header:x-user")]
    [InlineData("header:x-user", "keys: { count: 9, also: 'header:X-User' }", null)]
    [InlineData("query:user", "keys: { count: 9 }", "no request of the load has query:user")]
    [InlineData("cookie:user", "", "no request of the load has cookie:user")]
    [InlineData("cookie:user", "sessions: 3", null)]
    [InlineData("path", "", null)]
    public void Key_that_no_request_has(string key, string load, string? problem) => Verify(
        Explain("timeout: 10s", algorithm: $"{{ name: ring, key: '{key}' }}", load: load), "target.algorithm.key", problem);

    [Theory]
    [InlineData("cookie", "", "no client of the load keeps cookies")]
    [InlineData("cookie", "sessions: 3", null)]
    [InlineData("header, name: x-user", "", "no request of the load has header:x-user")]
    [InlineData("source", "", null)]
    public void Session_that_no_request_has(string by, string load, string? problem) => Verify(
        Explain($"sticky: {{ by: {by} }}", load: load), "target.sticky", problem);

    [Fact]
    public void A_detection_of_ages_is_no_number() => Assert.Contains(
        Explain("health: { passive: { consecutive: 1000000 } }\n  backends: { count: 10000 }", rate: "1/h").Figures,
        figure => figure.Value == "1000000 failures in a row: more than a year");


    private static void Verify(Explanation explanation, string key, string? problem)
    {
        if (problem is null)
        {
            Assert.DoesNotContain(explanation.Warnings, warning => warning.Key == key);
            return;
        }

        var warning = Assert.Single(explanation.Warnings, warning => warning.Key == key);
        Assert.Contains(problem, warning.Problem);
        Assert.NotEmpty(warning.Advice);
    }
}
