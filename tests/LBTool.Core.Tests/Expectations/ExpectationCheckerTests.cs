using LBTool.Core.Expectations;
using LBTool.Core.Health;
using LBTool.Core.Scenarios;
using LBTool.Core.Tests.Measurements;

namespace LBTool.Core.Tests.Expectations;

public class ExpectationCheckerTests
{
    private static HandMadeRun Run => new HandMadeRun { Warmup = 1_000 }
        .Fault("slow-b1", "2s", lasting: 3_000).Phase("early", null, "1s").Phase("nothing", "5s", "4s")
        .Phase("this", "that.end", null).Phase("that", "this.start", null);

    [Theory]
    [InlineData("p99{backend=b2} < 60ms during slow-b1")]
    [InlineData("p99 < 2x slow-b1 during slow-b1.end + 1s .. end")]
    [InlineData("inflight == 0 within 5s of slow-b1.start")]
    [InlineData("achieved_rate >= 98%")]
    public void What_the_scenario_knows_is_accepted(string text) => Assert.Empty(Check(text));

    [Theory]
    [InlineData("p99{backend=b4} < 60ms", 12, "unknown backend 'b4', did you mean 'b1'? Backends: b1, b2, b3")]
    [InlineData("p99 < 60ms during slow-b2", 18, "unknown window 'slow-b2', did you mean 'slow-b1'? Faults and phases: slow-b1, early, nothing, this, that")]
    [InlineData("p99 < 2x baseline during slow-b1", 9, "unknown window 'baseline'. Faults and phases: slow-b1, early, nothing, this, that")]
    [InlineData("p99 < 60ms during fast.start .. end", 18, "unknown window 'fast'. Faults and phases: slow-b1, early, nothing, this, that")]
    [InlineData("inflight == 0 within 5s of fast.end", 27, "unknown window 'fast'. Faults and phases: slow-b1, early, nothing, this, that")]
    [InlineData("p99 < 60ms during this", 18, "'this' refers to itself")]
    [InlineData("p99 < 60ms during that.start .. end", 18, "'that.start' refers to itself")]
    [InlineData("p99 < 60ms during nothing", 18, "'nothing' is empty: it goes from 5s to 4s")]
    [InlineData("p99 < 60ms during 5s .. 5s", 18, "the window is empty: it goes from 5s to 5s")]
    [InlineData("p99 < 60ms during early", 18, "'early' ends at 1s, and nothing is measured during warm-up (1s)")]
    [InlineData("p99 < 60ms during 1s .. 11s", 24, "11s is outside the run of 10s")]
    [InlineData("inflight == 0 within 5s of start - 1s", 27, "-1s is outside the run of 10s")]
    public void What_could_never_be_judged_is_an_error_at_its_place(string text, int position, string message) =>
        Assert.Equal([(position, message)], Check(text));

    [Fact]
    public void Several_errors_are_told_at_once() =>
        Assert.Equal([14, 23, 35], Check("share{backend=b9} < 2x then during now").Select(error => error.Position));

    [Fact]
    public void Virtual_users_have_no_rate_to_achieve()
    {
        var scenario = Run.Scenario;
        scenario = scenario with { Load = scenario.Load with { Executor = Executor.ConstantVus } };
        Assert.Equal(
            [(0, "'achieved_rate' needs a load with a rate: virtual users have no schedule to fall behind")],
            ExpectationChecker.Check(ExpectationParser.Parse("achieved_rate >= 98%").Expectation!, scenario));
    }

    [Theory]
    [InlineData("panic == 0", "no health checks in this scenario, so that there is never a panic; add target.health, or expect errors instead")]
    [InlineData("state{backend=b1} == up", "no health checks in this scenario, and no fault drains b1, so that its state is always up; add target.health, or expect errors instead")]
    [InlineData("transitions{backend=b1} == 0", "no health checks in this scenario, and no fault drains b1, so that its state is always up; add target.health, or expect errors instead")]
    [InlineData("transitions == 0", "no health checks in this scenario, and no fault drains a backend, so that every state is always up; add target.health, or expect errors instead")]
    [InlineData("time_to_eject <= 2s", "no health checks in this scenario, so that no backend is ever down or ejected; add target.health, or expect errors instead")]
    [InlineData("time_to_readmit{backend=b1} <= 2s", "no health checks in this scenario, so that no backend is ever down or ejected; add target.health, or expect errors instead")]
    public void What_cannot_be_otherwise_is_an_error_that_says_why(string text, string message)
    {
        Assert.Equal([(0, message)], Check(text));
        Assert.Empty(Check(text, Run.Scenario, new HealthRules(Passive: new PassiveCheck())));
    }

    [Fact]
    public void Without_a_threshold_there_is_no_panic_to_expect() => Assert.Equal(
        [(0, "target.health.panic_threshold is 0%, so that there is never a panic; give it another value, or expect errors instead")],
        Check("panic == 0", Run.Scenario, new HealthRules(Passive: new PassiveCheck(), PanicThreshold: 0)));

    // Of three backends that have all the picks, one has its due at least; a weight of 0 is due nothing, and may be more later.
    [Theory]
    [InlineData("imbalance >= 1", false)]
    [InlineData("imbalance < 1", false)]
    [InlineData("imbalance > 0.5", false)]
    [InlineData("imbalance == 0.5", false)]
    [InlineData("imbalance > 1", true)]
    [InlineData("imbalance == 1", true)]
    [InlineData("imbalance <= 1", true)]
    [InlineData("imbalance >= 1.5", true)]
    [InlineData("imbalance <= 0.9x slow-b1", true)]
    public void Nothing_is_more_even_than_even(string text, bool isAllowed)
    {
        var expectation = ExpectationParser.Parse(text).Expectation!;
        var scenario = Run.Scenario;
        var backends = scenario.Target.Backends;

        Assert.Equal(
            isAllowed ? [] : [(0, "'imbalance' is never below 1, which is even, so that this is the same in every run; write == 1 or > 1, or a bound above 1")],
            ExpectationChecker.Check(expectation, scenario));
        Assert.Empty(ExpectationChecker.Check(expectation, scenario, byHand: true));
        Assert.Empty(ExpectationChecker.Check(expectation, scenario with
        {
            Target = scenario.Target with { Backends = backends.SetItem(0, backends[0] with { Weight = 0 }) },
        }));
    }

    [Theory]
    [InlineData("state{backend=b1} == draining during out", 0)]
    [InlineData("transitions == 2", 0)]
    [InlineData("state{backend=b2} == up", 1)]
    public void A_drain_changes_the_state_of_those_that_it_hits(string text, int problems)
    {
        var scenario = Run.Scenario;
        var drain = new Fault("out", scenario.Faults[0].At, null, new NamedBackends(["b1"]), new ActionEffect(BackendAction.Drain));

        Assert.Equal(problems, Check(text, scenario with { Faults = [drain] }, HealthRules.None).Count());
        Assert.Empty(Check(text, scenario with { Faults = [drain with { Target = new SomeBackends(1) }] }, HealthRules.None));
    }

    [Theory]
    [InlineData("time_to_eject <= 2s")]
    [InlineData("time_to_readmit <= 2s")]
    public void A_drain_takes_nobody_out_whom_a_check_would_have_to_find(string text)
    {
        var scenario = Run.Scenario;
        var drain = new Fault("out", scenario.Faults[0].At, null, new NamedBackends(["b1"]), new ActionEffect(BackendAction.Drain));

        Assert.Single(Check(text, scenario with { Faults = [drain] }, HealthRules.None));
        Assert.Single(ExpectationChecker.Check(ExpectationParser.Parse(text).Expectation!, scenario, byHand: true));
    }

    private static IEnumerable<(int Position, string Message)> Check(string text, Scenario scenario, HealthRules health) => ExpectationChecker.Check(
        ExpectationParser.Parse(text).Expectation!, scenario with { Target = scenario.Target with { Health = health } });


    private static IEnumerable<(int Position, string Message)> Check(string text) =>
        ExpectationChecker.Check(ExpectationParser.Parse(text).Expectation!, Run.Scenario);
}
