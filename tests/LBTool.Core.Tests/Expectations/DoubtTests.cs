using LBTool.Core.Expectations;
using LBTool.Core.Scenarios;
using LBTool.Core.Tests.Measurements;

namespace LBTool.Core.Tests.Expectations;

/// <summary>Everything that keeps an expectation from being judged makes it inconclusive, with a reason: never green.</summary>
public class DoubtTests
{
    [Theory]
    [InlineData("p50 < 1s", 19, "19 samples are too few: it takes 20")]
    [InlineData("p95 < 1s", 199, "199 samples are too few: it takes 200")]
    [InlineData("p99 < 1s", 999, "999 samples are too few: it takes 1000")]
    [InlineData("p99.9 < 1s", 9_999, "9999 samples are too few: it takes 10000")]
    public void A_percentile_needs_ten_samples_beyond_it(string text, int count, string reason)
    {
        AssertInconclusive(reason, new HandMadeRun().Requests(count, took: 1).Judged(text));
        Assert.Equal(Verdict.Passed, new HandMadeRun().Requests(count + 1, took: 1).Judged(text).Verdict);
    }

    [Theory]
    [InlineData("p50 < 1s")]
    [InlineData("avg < 1s")]
    [InlineData("max < 1s")]
    public void The_gate_can_ask_for_more_samples(string text) =>
        AssertInconclusive("100 samples are too few: it takes 101", new HandMadeRun { Gate = new Gate(MinSamples: 101) }.Requests(100, took: 1).Judged(text));

    [Fact]
    public void Too_few_samples_in_the_window_compared_with_are_too_few() =>
        AssertInconclusive("'short', which it is compared with: 10 samples are too few: it takes 20",
            new HandMadeRun().Requests(1_000, took: 1).Phase("short", null, "100ms").Judged("p50 < 2x short"));

    [Fact]
    public void Without_a_request_nothing_is_green() => Assert.All(Metrics.All, metric =>
    {
        var run = new HandMadeRun().Fault("drain-b2", "1s", 1_000).Phase("faulted", "2s", null).Phase("baseline", null, "2s");
        var outcome = run.Judged(metric.Example);
        Assert.Equal(Verdict.Inconclusive, outcome.Verdict);
        Assert.False(string.IsNullOrEmpty(outcome.Reason));
    });

    [Theory]
    [InlineData("errors == 0 during idle", "no request in the window")]
    [InlineData("requests == 0 during idle", "no request in the window")]
    [InlineData("requests{backend=b2} == 0 during idle", "no request in the window")]
    [InlineData("duplicates == 0 during idle", "no request in the window")]
    [InlineData("share{backend=b2} < 5% during idle", "no request in the window")]
    [InlineData("inflight == 0 during idle", "no lease in the window")]
    [InlineData("max_inflight == 0 during idle", "no lease in the window")]
    [InlineData("inflight == 0 within 1s of idle.start", "no lease in the window")]
    [InlineData("max < 1s during idle", "no request with a latency in the window")]
    public void A_window_in_which_nothing_happened_proves_nothing(string text, string reason) =>
        AssertInconclusive(reason, new HandMadeRun().Requests(100, took: 1, until: 1_000).Phase("idle", "5s", "8s").Judged(text));

    [Theory]
    [InlineData("p50 < 1s during 0s .. 1s", "the window ends at 1s, and nothing is measured during warm-up (2s)")]
    [InlineData("p50 < 1s during 5s .. 4s", "the window has no length")]
    [InlineData("p50 < 1s during nowhere", "its window is not known in this scenario")]
    [InlineData("p50{backend=b9} < 1s", "there is no backend 'b9'")]
    [InlineData("p50 <", "it cannot be read: a bound is missing: 'p50' is compared with a duration such as 60ms")]
    public void What_is_not_measured_is_not_judged(string text, string reason) =>
        AssertInconclusive(reason, new HandMadeRun { Warmup = 2_000 }.Requests(1_000, took: 1).Judged(text));

    [Fact]
    public void What_was_in_flight_is_not_known_without_leases() =>
        AssertInconclusive("the balancer wrote no leases down, so what was in flight is not known",
            new HandMadeRun().Requests(100, took: 1).WithoutLeases().Judged("max_inflight < 5"));

    [Fact]
    public void Nothing_expected_is_inconclusive()
    {
        var judgement = new HandMadeRun().Requests(100, took: 1).Judgement;
        Assert.Equal((Verdict.Inconclusive, "nothing is expected of this run"), (judgement.Verdict, judgement.Reason));
    }

    private const string Behind = "the load driver could not hold the rate: it sent 100 of 103 requests (97.09%, 3 dropped)";

    [Theory]
    [InlineData("p50 < 1s")]
    [InlineData("max > 1s")]
    [InlineData("achieved_rate >= 98%")]
    public void Without_the_load_that_was_asked_for_no_latency_is_judged(string text) =>
        AssertInconclusive(Behind, new HandMadeRun().Requests(100, took: 1).Scheduled(103).Judged(text));

    [Fact]
    public void Nor_is_a_run_green_for_what_passed_under_too_little_load()
    {
        var judgement = new HandMadeRun().Requests(100, took: 1).Scheduled(103).Expect("errors == 0").Judgement;
        Assert.Equal((Verdict.Inconclusive, Behind), (judgement.Verdict, judgement.Reason));
        Assert.Equal(Verdict.Passed, judgement.Outcomes[0].Verdict);
    }

    [Fact]
    public void A_scenario_can_accept_a_lower_rate()
    {
        var judgement = new HandMadeRun().Requests(100, took: 1).Scheduled(103).Expect("achieved_rate >= 97%").Expect("p50 < 1s").Judgement;
        Assert.Equal(Verdict.Passed, judgement.Verdict);
    }

    [Fact]
    public void Ninety_eight_percent_is_enough() =>
        Assert.Equal(Verdict.Passed, new HandMadeRun().Requests(98, took: 1).Scheduled(100).Judged("p50 < 1s").Verdict);

    // Sent 30 ms late and answered in 20 ms: 50 ms for the user, of which the balancer answers for 20.
    [Theory]
    [InlineData("p50 < 40ms", Verdict.Inconclusive, "the load driver sent late, and that decides: from the actual sending it is 20ms")]
    [InlineData("p50 > 40ms", Verdict.Inconclusive, "the load driver sent late, and that decides: from the actual sending it is 20ms")]
    [InlineData("p50 < 15ms", Verdict.Failed, null)]
    [InlineData("p50 < 60ms", Verdict.Passed, null)]
    [InlineData("p50 > 60ms", Verdict.Failed, null)]
    [InlineData("p50 > 15ms", Verdict.Passed, null)]
    public void A_late_driver_matters_only_where_it_decides(string text, Verdict verdict, string? reason)
    {
        var run = new HandMadeRun();
        for (var i = 0; i < 100; i++)
        {
            run.Request(at: i * 10, took: 50, late: 30);
        }

        var outcome = run.Judged(text);
        Assert.Equal((verdict, reason), (outcome.Verdict, outcome.Reason));
    }

    private static void AssertInconclusive(string reason, ExpectationOutcome outcome) =>
        Assert.Equal((Verdict.Inconclusive, reason), (outcome.Verdict, outcome.Reason));
}
