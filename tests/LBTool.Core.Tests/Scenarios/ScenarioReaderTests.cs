using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Limits;
using LBTool.Core.Retries;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Scenarios;

public class ScenarioReaderTests
{
    private const string Smallest = """
        version: 1
        name: smallest
        target: { backends: { count: 2 } }
        load: { rate: 10/s, duration: 10s }
        """;

    [Fact]
    public void The_smallest_scenario_gets_every_default()
    {
        var scenario = Read(Smallest);

        Assert.Null(scenario.Seed);
        Assert.Equal("round-robin", scenario.Target.Algorithm.Name);
        Assert.Equal(new HttpVersions(1, 1), scenario.Target.Http);
        Assert.Equal(TimeSpan.FromSeconds(30), scenario.Target.Timeout);
        Assert.Equal(["b1", "b2"], scenario.Target.Backends.Select(backend => backend.Name));
        Assert.Equal(
            new BackendSpec("b1", 1, new ServiceTime(new Constant(TimeSpan.FromMilliseconds(10)), TimeSpan.Zero), null, null, 0, 1000),
            scenario.Target.Backends[0]);
        Assert.Equal(
            new Load(Executor.ConstantArrivalRate, 10, 0, ArrivalSpacing.Uniform, TimeSpan.FromSeconds(10), TimeSpan.Zero, 1, TimeSpan.FromSeconds(10)),
            scenario.Load);
        Assert.Empty(scenario.Faults);
        Assert.Empty(scenario.Phases);
        Assert.Empty(scenario.Expect);
        Assert.Equal(new Gate(1, 1, 1), scenario.Gate);
    }

    [Fact]
    public void The_slow_backend_sample_reads_whole()
    {
        var scenario = Read(Samples.SlowBackend);

        Assert.Equal(42UL, scenario.Seed);
        Assert.Equal("power-of-two-choices", scenario.Target.Algorithm.Name);
        Assert.Equal(2, scenario.Target.Algorithm.Parameters["choices"]);
        Assert.Equal(64, scenario.Target.Backends[4].Concurrency);
        var fault = Assert.Single(scenario.Faults);
        Assert.Equal(TimeSpan.FromSeconds(20), fault.For);
        Assert.Equal(["b1"], Assert.IsType<NamedBackends>(fault.Target).Names);
        var toxic = Assert.IsType<ToxicEffect>(fault.Effect);
        Assert.Equal((200.0, 20.0, 1.0), (toxic.Attributes["latency"], toxic.Attributes["jitter"], toxic.Toxicity));
        Assert.Equal(["baseline", "faulted"], scenario.Phases.Select(phase => phase.Name));
        Assert.Equal(new Moment(MomentAnchor.WindowStart, "slow-b1", TimeSpan.FromSeconds(2)), scenario.Phases[1].From);
        Assert.Equal(
            new ExpectationText("max_inflight{backend=b1} <= 20 during faulted", true, TimeSpan.FromSeconds(3), "scenario.lb.yaml(18,14)"),
            scenario.Expect[6]);
        Assert.Equal(new Gate(3, 2, 1000), scenario.Gate);
    }

    [Fact]
    public void A_drain_has_a_deadline_of_its_own()
    {
        var reading = ScenarioReader.Read(Samples.Drain, "drain.lb.yaml");

        Assert.Empty(reading.Problems);
        Assert.Equal(new ActionEffect(BackendAction.Drain) { Deadline = TimeSpan.FromSeconds(5) }, reading.Scenario!.Faults[0].Effect);
    }

    [Fact]
    public void Retries_limits_and_drain_are_read_with_their_defaults()
    {
        var target = Read("""
            version: 1
            name: x
            target:
              timeout: 5s
              retries: { attempts: 3, per_try_timeout: 1s, on: [timeout, 503], budget: none, max_body: 1KB, idempotent_only: false }
              limits: { max_requests: 10, queue: 5 }
              drain: { honour_sticky: true }
              backends: [{ name: a }, { name: b, limits: { max_connections: 3, max_requests: 4 } }]
            load: { rate: 10/s, duration: 1s }
            """).Target;

        Assert.Equal(3, target.Retries!.Attempts);
        Assert.Equal(TimeSpan.FromSeconds(1), target.Retries.PerTryTimeout);
        Assert.Equal([LeaseOutcome.Timeout], target.Retries.On.Outcomes);
        Assert.Equal([503], target.Retries.On.Statuses);
        Assert.Null(target.Retries.Budget.Share);
        Assert.Equal((1000, false), (target.Retries.MaxBody, target.Retries.IdempotentOnly));
        Assert.Equal(new TargetLimits(new BackendLimits(10, null), new QueueSpec(5, TimeSpan.FromSeconds(1))), target.Limits);
        Assert.Null(target.Backends[0].Limits);
        Assert.Equal(3, target.Backends[1].Limits!.MaxInFlight);
        Assert.Equal(new DrainSpec(TimeSpan.FromSeconds(30), HonourSticky: true), target.Drain);
    }

    [Fact]
    public void Retries_have_a_budget_unless_somebody_says_none()
    {
        var retries = Read("""
            version: 1
            name: x
            target: { retries: {}, backends: { count: 2 } }
            load: { rate: 10/s, duration: 1s }
            """).Target.Retries!;

        Assert.Equal((2, true, 0, null), (retries.Attempts, retries.IdempotentOnly, retries.MaxBody, retries.PerTryTimeout));
        Assert.Equal(new RetryBudgetSpec(0.2, 10), retries.Budget);
        Assert.True(retries.On.Cover(LeaseOutcome.ConnectFailed, 0) && retries.On.Cover(LeaseOutcome.Broken, 0));
        Assert.False(retries.On.Cover(LeaseOutcome.ServerError, 503) || retries.On.Cover(LeaseOutcome.Timeout, 0));
    }

    [Fact]
    public void Json_is_read_like_yaml()
    {
        var scenario = Read("""
            {
            	"version": 1, "name": "a \"b\" \/ c",
            	"target": { "algorithm": { "name": "p2c", "choices": 3 }, "backends": [ { "name": "x", "latency": "exponential(50ms)" } ] },
            	"load": { "executor": "constant-vus", "vus": 20, "duration": "10s", "clients": { "count": 4 } }
            }
            """);

        Assert.Equal("a \"b\" / c", scenario.Name);
        Assert.Equal(3, scenario.Target.Algorithm.Parameters["choices"]);
        Assert.Equal(new Exponential(TimeSpan.FromMilliseconds(50)), scenario.Target.Backends[0].Latency.Distribution);
        Assert.Equal((20, 4), (scenario.Load.Vus, scenario.Load.Clients));
    }

    [Theory]
    [InlineData("one", "SomeBackends { Count = 1 }")]
    [InlineData("2", "SomeBackends { Count = 2 }")]
    [InlineData("all", "ShareOfBackends { Share = 1 }")]
    [InlineData("40%", "ShareOfBackends { Share = 0.4 }")]
    public void A_fault_may_leave_its_backends_to_the_seed(string target, string expected) =>
        Assert.Equal(expected, Read($"{Smallest}\nfaults: [{{ name: f, at: 1s, target: {target}, action: kill }}]").Faults[0].Target.ToString());

    [Fact]
    public void A_toxics_attribute_is_kept_in_its_unit_on_the_wire()
    {
        var effect = Assert.IsType<ToxicEffect>(
            Read(Smallest + "\nfaults: [{ name: f, at: 1s, target: b1, toxic: { type: bandwidth, rate: 1.5MB/s, stream: upstream, toxicity: 0.5 } }]")
                .Faults[0].Effect);

        Assert.Equal((1500.0, StreamDirection.Upstream, 0.5), (effect.Attributes["rate"], effect.Stream, effect.Toxicity));
    }

    [Fact]
    public void An_anchor_may_be_used_again()
    {
        var scenario = Read(Smallest + """

            faults:
              - { name: a, at: 1s, for: 1s, target: b1, toxic: &slow { type: latency, latency: 50ms } }
              - { name: b, at: 3s, for: 1s, target: b2, toxic: *slow }
            """);

        Assert.Equal(50, Assert.IsType<ToxicEffect>(scenario.Faults[1].Effect).Attributes["latency"]);
    }

    [Fact]
    public void Phases_may_touch_and_a_fault_may_reach_beyond_the_end()
    {
        var scenario = Read(Smallest + """

            faults: [{ name: f, at: 8s, for: 10s, target: b1, action: pause }]
            phases: { one: { until: 4s }, two: { from: one.end, until: f.start }, three: { from: two.end } }
            """);

        Assert.Equal(3, scenario.Phases.Length);
    }

    [Fact]
    public void The_same_action_may_hit_different_backends_at_a_time_or_one_at_different_times()
    {
        var scenario = Read(Smallest + """

            faults:
              - { name: a, at: 1s, for: 2s, target: b1, action: kill }
              - { name: b, at: 2s, for: 2s, target: b2, action: kill }
              - { name: c, at: a.end, for: 1s, target: b1, action: kill }
              - { name: d, at: 1s, for: 2s, target: b1, action: down }
            """);

        Assert.Equal(4, scenario.Faults.Length);
    }

    [Fact]
    public void An_expectations_origin_is_its_first_character_behind_a_quote() =>
        Assert.Equal("scenario.lb.yaml(6,6)", Read(Smallest + "\nexpect:\n  - \"errors == 0\"").Expect[0].Origin);

    private static Scenario Read(string text)
    {
        var reading = ScenarioReader.Read(text, "scenario.lb.yaml");
        Assert.Empty(reading.Problems);
        return reading.Scenario!;
    }
}
