using System.Collections.Concurrent;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live;
using LBTool.Simulation;

namespace LBTool.Cli.Tests;

/// <summary>
/// Health checks, ejections, panic, retries, drains and limits: what is written of them passes in the real world and in the
/// pretend one, by the same changes of state.
/// </summary>
public class HealthParityTests
{
    private const int AtATime = 3;
    private const int MostTries = 6;

    private static readonly string[] Names =
    [
        "fall-rise", "flapping", "shallow-probe", "lying-probe", "hung-probe", "panic", "correlated-failure", "black-hole", "recovery-stampede",
        "retry-storm", "retry-budget", "drain-without-loss", "drain-deadline-exceeded", "sticky-drain", "slow-loris-response", "rolling-restart",
    ];

    // By name: what is under target, the load's rate, the faults, and what is expected.
    private static readonly (string Name, string Target, string Rate, string Faults, string[] Expect)[] OverHttp =
    [
        ("failure rate", "health: { passive: { consecutive: 0, failure_rate: 30%, window: 1s, min_requests: 10, ejection: 1s } }", "150/s",
            "{ name: broken, at: 2s, for: 3s, target: b2, http: { status: 500, percent: 60% } }",
            ["state{backend=b2} == ejected within 0s .. 2.5s of broken.start", "time_to_readmit{backend=b2} <= 5s", "transitions{backend=b1} == 0"]),
        ("latency outlier", "health: { passive: { consecutive: 0, latency_factor: 20, window: 1s, min_requests: 5, ejection: 1s } }", "150/s",
            "{ name: slow, at: 2s, for: 3s, target: b2, http: { delay: 400ms } }",
            ["state{backend=b2} == ejected within 0s .. 2.8s of slow.start", "state{backend=b1} == up", "state{backend=b3} == up"]),
        ("other statuses", "health: { passive: { consecutive: 3, on: [429], ejection: 1s } }", "150/s",
            "{ name: busy, at: 2s, for: 3s, target: b2, http: { status: 429 } }, { name: broken, at: 2s, for: 3s, target: b3, http: { status: 500 } }",
            ["state{backend=b2} == ejected within 0s .. 1s of busy.start", "state{backend=b3} == up", "errors >= 10% during broken"]),
        ("return at once", "slow_start: 2s, health: { passive: { consecutive: 3, ejection: 1s, return: at-once } }", "150/s",
            "{ name: broken, at: 2s, for: 500ms, target: b2, http: { status: 500 } }",
            ["state{backend=b2} == up within 500ms .. 2s of broken.end", "transitions{backend=b2} == 2", "share{backend=b2} >= 1% during broken.end + 1s .. end"]),
        ("tls", "health: { active: { tls: true, interval: 300ms, timeout: 2s, fall: 2, rise: 2 } }", "100/s",
            "{ name: sick, at: 2s, for: 3s, target: b2, action: fail-health }",
            ["state{backend=b2} == down within 300ms .. 2.6s of sick.start", "state{backend=b2} == up within 300ms .. 2.6s of sick.end", "transitions == 2", "errors == 0"]),
        ("other backend first", "retries: { attempts: 2, budget: none, on: [503] }", "100/s",
            "{ name: broken, at: 2s, for: 3s, target: b2, http: { status: 503 } }",
            ["errors == 0", "retries >= 10%", "retries{backend=b2} == 0 during broken", "amplification <= 1.4"]),
        ("limits", "limits: { max_requests: 5, queue: 20, queue_timeout: 100ms }", "100/s",
            "{ name: slow, at: 2s, for: 3s, target: all, http: { delay: 1s } }",
            ["max_inflight{backend=b1} <= 5", "max_inflight{backend=b2} <= 5", "errors == 0 during start .. slow.start - 1s", "errors >= 30% during slow"]),
    ];

    private static readonly (string Name, string Target, string Rate, string Faults, string[] Expect)[] OverTcp =
    [
        ("probes", "health: { active: { type: tcp, interval: 300ms, timeout: 2s, fall: 2, rise: 2 } }", "100/s",
            "{ name: dead, at: 1s, for: 3s, target: b2, action: kill }",
            ["state{backend=b2} == down within 300ms .. 2.6s of dead.start", "state{backend=b2} == up within 300ms .. 2.6s of dead.end", "requests{backend=b2} == 0 during state{backend=b2} == down", "transitions == 2"]),
        ("ejection", "health: { passive: { consecutive: 3, ejection: 1s } }", "100/s",
            "{ name: broken, at: 1s, for: 2s, target: b2, toxic: { type: reset_peer } }",
            ["state{backend=b2} == ejected within 0s .. 2s of broken.start", "time_to_readmit{backend=b2} <= 5s", "errors >= 3", "errors == 0 during start .. broken.start - 200ms"]),
        ("panic", "health: { active: { type: tcp, interval: 300ms, timeout: 2s, fall: 2, rise: 2 } }", "100/s",
            "{ name: dead, at: 1s, for: 4s, target: [b1, b2], action: kill }",
            ["panic == 1 during dead.start + 2.6s .. dead.end", "panic == 0 during dead.end + 2.6s .. end"]),
        ("limits", "limits: { max_connections: 5, queue: 20, queue_timeout: 100ms }", "100/s",
            "{ name: slow, at: 2s, for: 3s, target: all, toxic: { type: latency, latency: 1s } }",
            ["max_inflight{backend=b1} <= 5", "max_inflight{backend=b2} <= 5", "errors == 0 during start .. slow.start - 1s", "errors >= 30% during slow"]),
        ("drain", "timeout: 10s", "30/s",
            "{ name: out, at: 2s, for: 2s, target: b2, action: drain, deadline: 500ms }, { name: slow, at: 0s, for: 3s, target: b2, toxic: { type: latency, latency: 1500 } }",
            ["cut >= 3", "cut{backend=b1} == 0", "requests{backend=b2} == 0 during out.start + 200ms .. out.end - 200ms", "inflight{backend=b2} == 0 within 300ms .. 3s of out.start"]),
    ];

    [Fact]
    public Task Both_worlds_come_to_the_same_verdicts() => AgreeAsync(Names.Select(name => (name, BuiltInScenarios.Find(name)!.Text)));

    [Fact]
    public Task So_they_do_rule_by_rule() => AgreeAsync(OverHttp.Select(row => Written("http", row)));

    [Fact]
    public Task So_they_do_over_tcp() => AgreeAsync(OverTcp.Select(row => Written("tcp", row)));

    private static (string Name, string Text) Written(string protocol, (string Name, string Target, string Rate, string Faults, string[] Expect) row) => (row.Name, $$"""
        version: 1
        name: {{row.Name}}
        seed: 5
        target: { protocol: {{protocol}}, backends: { count: 3, latency: 5ms }, {{row.Target}} }
        load: { rate: {{row.Rate}}, duration: 9s, clients: 10 }
        faults: [{{row.Faults}}]
        expect: [{{string.Join(", ", row.Expect.Select(expectation => $"'{expectation}'"))}}]
        """);

    private static async Task AgreeAsync(IEnumerable<(string Name, string Text)> scenarios)
    {
        var differences = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            scenarios,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = TestContext.Current.CancellationToken },
            async (scenario, stop) =>
            {
                if (await DifferenceAsync(scenario.Name, scenario.Text, stop) is { } difference)
                {
                    differences.Add(difference);
                }
            });

        Assert.Empty(differences);
    }

    // A machine that is busy enough makes healthy backends miss their probes: as a gate would, it may try again.
    private static async Task<string?> DifferenceAsync(string name, string text, CancellationToken stop)
    {
        var reading = ScenarioReader.Read(text, name);
        Assert.Empty(reading.Problems);
        var plan = Planner.Plan(reading.Scenario!, reading.Scenario!.Seed!.Value);
        var pretended = Story(Simulate(plan, stop), plan);
        var real = "";
        for (var tries = 0; tries < MostTries && real != pretended; tries++)
        {
            await using var world = new LiveWorld(plan);
            real = Story(await new Conductor(plan, world, TimeProvider.System, "test").RunAsync(stop), plan);
        }

        return real != pretended ? $"{name}\nsimulated:\n{pretended}\nlive:\n{real}"
            : pretended.StartsWith(nameof(Verdict.Passed), StringComparison.Ordinal) ? null : $"{name}: {pretended}";
    }

    // How often a trial of a broken backend fails depends on when requests come: those changes are no part of the story.
    private static string Story(RunResult result, RunPlan plan)
    {
        var judgement = Judge.Evaluate(new MeasuredRun(result));
        var states = result.Events
            .Where(happened => happened.Kind == RunEventKind.StateChange && plan.Scenario.Target.Health.Passive is null)
            .GroupBy(happened => happened.Backend, happened => happened.Name)
            .OrderBy(changes => changes.Key)
            .Select(changes => $"b{changes.Key + 1}: {string.Join(", ", changes)}");
        return string.Join('\n', [$"{judgement.Verdict}", .. judgement.Outcomes.Select(outcome => $"{outcome.Verdict}: {outcome.Text}"), .. states]);
    }

    private static RunResult Simulate(RunPlan plan, CancellationToken stop)
    {
        var world = new SimulatedWorld(plan);
        var conductor = new Conductor(plan, world, TimeProvider.System, "test");
        var result = world.Run(conductor, stop);
        Assert.Null(conductor.Failure);
        return result;
    }
}
