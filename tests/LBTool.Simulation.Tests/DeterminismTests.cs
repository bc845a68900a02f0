using LBTool.Core.Reports;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation.Tests;

public class DeterminismTests
{
    // Each behaviour, each kind of HTTP fault, and the actions that hold requests or let them go; by chance wherever there is a chance.
    private const string Everything = """
        version: 1
        name: everything
        target:
          algorithm: { name: bounded-load-hash, key: "header:x-lb-request" }
          sticky: { by: cookie }
          timeout: 400ms
          balancers: 2
          backends:
            - { name: cold, latency: "pareto(4ms, 1.5)", concurrency: 4, queue: 8, cold_start: { factor: 5, for: 1s } }
            - { name: paused, latency: "empirical(1ms, 5ms, 80ms)", gc_pause: { every: 500ms, for: 50ms }, errors: 5% }
            - { name: limited, latency: "lognormal(5ms, 1)", rate_limit: 50/s, sessions: true }
            - { name: cached, cache: { size: 2, hit: 1ms, miss: exponential(20ms) } }
        load: { executor: constant-arrival-rate, rate: 300/s, arrivals: poisson, duration: 8s, timeout: 500ms, clients: 7 }
        faults:
          - { name: again, at: 1s, target: cold, action: restart }
          - { name: dead, at: 2s, for: 500ms, target: one, action: kill }
          - { name: frozen, at: 3s, for: 300ms, target: one, action: pause }
          - { name: tired, at: 1s, for: 2s, target: cold, action: lose-capacity, workers: 1 }
          - { name: hanging, at: 4s, for: 300ms, target: all, http: { hang: true, percent: 10% } }
          - { name: delayed, at: 4s, for: 1s, target: all, http: { delay: 30ms, percent: 20% } }
          - { name: cut, at: 5s, for: 1s, target: one, http: { truncate: 50%, percent: 30% } }
          - { name: slow, at: 5s, for: 1s, target: all, http: { slow_body: { bytes: 100, every: 7ms }, percent: 30% } }
          - { name: broken, at: 6s, for: 1s, target: all, http: { abort: mid-body, percent: 20% } }
          - { name: far, at: 6s, for: 1s, target: paused, toxic: { type: latency, latency: 20ms, jitter: 10ms } }
        """;

    [Fact]
    public void Same_scenario_seed_and_version_give_the_same_bytes()
    {
        Scenario[] scenarios = [.. BuiltInScenarios.All.Select(scenario => Sample.Read(scenario.Text)), Sample.Read(Everything)];
        Assert.True(scenarios.Length >= 4);
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var scenario = scenarios[(int)seed % scenarios.Length];
            var log = Log(scenario, seed);
            Assert.True(log.Length > 10_000);
            Assert.True(log == Log(scenario, seed), $"{scenario.Name}, seed {seed}: two runs differ");
            Assert.False(log == Log(scenario, seed + 100), $"{scenario.Name}, seed {seed}: the seed does not matter");
        }
    }

    private static string Log(Scenario scenario, ulong seed)
    {
        using var log = new StringWriter();
        EventLog.Write(Sample.Run(scenario, seed), log);
        return log.ToString();
    }
}
