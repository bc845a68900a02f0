using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Tests.Measurements;

namespace LBTool.Core.Tests.Expectations;

public class JudgeTests
{
    // 1000 requests at 10 ms, intended 0, 10, 20 … 9990 ms, in turn over b1, b2 and b3; b1 has one more than the others.
    private static HandMadeRun Steady => new HandMadeRun().Requests(1_000, took: 10, backends: [0, 1, 2])
        .Phase("first", null, "4s").Phase("second", "4s", null);

    // 400 at 10 ms in the first phase, 600 in the second: 540 at 10 ms, then 60 at 100 ms.
    private static HandMadeRun Slower => new HandMadeRun()
        .Requests(400, took: 10, until: 4_000).Requests(540, took: 10, from: 4_000, until: 9_000).Requests(60, took: 100, from: 9_000, until: 9_900)
        .Phase("first", null, "4s").Phase("second", "4s", null);

    [Theory]
    [InlineData("p50 <= 10ms", Verdict.Passed, "10ms", 1_000)]
    [InlineData("p50 < 10ms", Verdict.Failed, "10ms", 1_000)]
    [InlineData("p50 == 10ms", Verdict.Passed, "10ms", 1_000)]
    [InlineData("p99 < 10ms during first", Verdict.Inconclusive, "10ms", 400)]
    [InlineData("max < 10.001ms", Verdict.Passed, "10ms", 1_000)]
    [InlineData("avg{backend=b1} >= 10ms", Verdict.Passed, "10ms", 334)]
    [InlineData("requests == 1000", Verdict.Passed, "1000", 1_000)]
    [InlineData("requests{backend=b1} == 334", Verdict.Passed, "334", 1_000)]
    [InlineData("requests{backend=b1} < 33%", Verdict.Failed, "33.4%", 1_000)]
    [InlineData("requests == 400 during first", Verdict.Passed, "400", 400)]
    [InlineData("rps == 100/s", Verdict.Passed, "100/s", 1_000)]
    [InlineData("rps{backend=b2} > 33/s", Verdict.Passed, "33.3/s", 1_000)]
    [InlineData("share{backend=b1} == 33.4%", Verdict.Passed, "33.4%", 1_000)]
    [InlineData("errors == 0", Verdict.Passed, "0", 1_000)]
    [InlineData("attempts == 1000", Verdict.Passed, "1000", 1_000)]
    [InlineData("attempts <= 100%", Verdict.Passed, "100%", 1_000)]
    [InlineData("duplicates == 0", Verdict.Passed, "0", 1_000)]
    [InlineData("achieved_rate >= 98%", Verdict.Passed, "100%", 1_000)]
    // Each request is open for 10 ms and the next starts as it ends: 1 all the time, until the last one ends.
    [InlineData("inflight == 1", Verdict.Passed, "1", 1_000)]
    [InlineData("inflight{backend=b1} == 1", Verdict.Failed, "0 … 1", 1_000)]
    [InlineData("max_inflight <= 1", Verdict.Passed, "1", 1_000)]
    public void A_steady_run_has_the_values_worked_out_by_hand(string text, Verdict verdict, string? actual, long samples)
    {
        var outcome = Steady.Judged(text);
        Assert.Equal((verdict, actual, samples), (outcome.Verdict, outcome.Actual, outcome.Samples));
    }

    [Theory]
    [InlineData("p95 <= 100ms during second", Verdict.Passed, "100ms", "<= 100ms")] // rank 570 of 600; the slow ones begin at 541
    [InlineData("p90 <= 10ms during second", Verdict.Passed, "10ms", "<= 10ms")] // rank 540: the last fast one
    [InlineData("avg == 19ms during second", Verdict.Passed, "19ms", "== 19ms")] // (540 · 10 + 60 · 100) / 600
    [InlineData("avg < 2x first during second", Verdict.Passed, "19ms", "< 20ms (2x first)")]
    [InlineData("avg < 1.5x first + 3ms during second", Verdict.Failed, "19ms", "< 18ms (1.5x first + 3ms)")]
    [InlineData("avg < 2x first - 1ms during second", Verdict.Failed, "19ms", "< 19ms (2x first - 1ms)")]
    [InlineData("avg > 2x second during first", Verdict.Failed, "10ms", "> 38ms (2x second)")]
    public void A_run_that_slows_down_is_compared_with_itself(string text, Verdict verdict, string actual, string bound)
    {
        var outcome = Slower.Judged(text);
        Assert.Equal((verdict, actual, bound), (outcome.Verdict, outcome.Actual, outcome.Bound));
    }

    // 90 good ones, two of each of the five ways to fail, and two that were cut off: 10 errors of 100.
    [Theory]
    [InlineData("errors <= 10", Verdict.Passed, "10", null)]
    [InlineData("errors < 10%", Verdict.Failed, "10%", "5.52% … 17.44%")]
    [InlineData("errors{backend=b2} == 10", Verdict.Passed, "10", null)]
    [InlineData("errors{backend=b2} == 100%", Verdict.Passed, "100%", "72.25% … 100%")]
    [InlineData("errors{backend=b1} == 0", Verdict.Passed, "0", null)]
    [InlineData("errors{backend=b3} == 0", Verdict.Inconclusive, null, null)]
    public void Errors_are_all_that_did_not_end_well_except_what_was_cut_off(string text, Verdict verdict, string? actual, string? interval)
    {
        var run = new HandMadeRun().Requests(90, took: 10);
        foreach (var outcome in Enum.GetValues<RequestOutcome>().Except([RequestOutcome.Ok]))
        {
            run.Request(9_900, 1, backend: 1, outcome).Request(9_950, 1, backend: 1, outcome);
        }

        var judged = run.Judged(text);
        Assert.Equal((verdict, actual, interval), (judged.Verdict, judged.Actual, judged.Interval));
    }

    [Fact]
    public void A_value_beside_its_bound_is_written_so_that_they_differ()
    {
        var outcome = new HandMadeRun().Requests(100, took: 60.0001).Judged("p50 <= 60ms");
        Assert.Equal((Verdict.Failed, "60.0001ms", "<= 60ms"), (outcome.Verdict, outcome.Actual, outcome.Bound));
    }

    [Fact]
    public void A_share_shows_its_interval()
    {
        var outcome = new HandMadeRun().Requests(100, took: 1, backends: [0, 1, 1, 1, 1, 1, 1, 1, 1, 1]).Judged("share{backend=b1} < 20%");
        Assert.Equal((Verdict.Passed, "10%", "5.52% … 17.44%"), (outcome.Verdict, outcome.Actual, outcome.Interval));
    }

    [Theory]
    [InlineData("duplicates == 1", "1")]
    [InlineData("duplicates{backend=b2} == 1", "1")]
    [InlineData("duplicates <= 1%", "1%")]
    [InlineData("attempts == 101", "101")]
    [InlineData("attempts <= 101%", "101%")]
    public void A_silent_retry_shows_as_an_attempt_and_a_duplicate(string text, string actual)
    {
        var outcome = new HandMadeRun().Requests(100, took: 10).Attempt(7, backend: 1, at: 650).Judged(text);
        Assert.Equal((Verdict.Passed, actual), (outcome.Verdict, outcome.Actual));
    }

    // Leases on b2: 0 … 3000 and 1000 … 4500; b1 stays busy to the end.
    [Theory]
    [InlineData("inflight{backend=b2} == 0 within 3s of drain.start", Verdict.Passed, "0 after 2.5s")]
    [InlineData("inflight{backend=b2} == 0 within 2.5s of drain.start", Verdict.Passed, "0 after 2.5s")]
    [InlineData("inflight{backend=b2} == 0 within 2.4s of drain.start", Verdict.Failed, "1 … 2")]
    [InlineData("inflight{backend=b2} == 0 within 1s .. 3s of drain.start", Verdict.Passed, "0 after 2.5s")]
    [InlineData("inflight{backend=b2} == 0 within 2.6s .. 3s of drain.start", Verdict.Failed, "0 after 2.5s")]
    [InlineData("inflight{backend=b2} <= 1 within 1s of drain.start", Verdict.Passed, "1 after 1s")]
    [InlineData("inflight{backend=b2} == 0 during drain.start + 2.5s .. end", Verdict.Passed, "0")]
    [InlineData("inflight{backend=b2} == 0 during drain.start + 2.4s .. end", Verdict.Failed, "0 … 1")]
    [InlineData("inflight{backend=b2} <= 2 during drain", Verdict.Passed, "0 … 2")]
    [InlineData("inflight{backend=b2} >= 1 during drain.start .. drain.start + 2.5s", Verdict.Passed, "1 … 2")]
    [InlineData("inflight{backend=b2} != 0 during drain", Verdict.Failed, "0 … 2")]
    [InlineData("max_inflight{backend=b2} == 2 during drain", Verdict.Passed, "2")]
    [InlineData("max_inflight == 3", Verdict.Passed, "3")]
    [InlineData("inflight{backend=b3} == 0 during drain", Verdict.Passed, "0")]
    public void In_flight_follows_the_leases(string text, Verdict verdict, string actual)
    {
        var outcome = new HandMadeRun().Fault("drain", "2s", lasting: 4_000)
            .Lease(1, 1, 0, 3_000).Lease(2, 1, 1_000, 4_500).Lease(3, 0, 0, 10_000).Request(0, 1, backend: -1).Judged(text);
        Assert.Equal((verdict, actual), (outcome.Verdict, outcome.Actual));
    }

    [Fact]
    public void Outcomes_come_in_the_order_written_with_their_origin()
    {
        var outcomes = Steady.Expect("errors == 0").Expect("p50 < 1ms").Judgement.Outcomes;
        Assert.Equal(
            [("errors == 0", "hand.lb.yaml(1,5)", Verdict.Passed), ("p50 < 1ms", "hand.lb.yaml(2,5)", Verdict.Failed)],
            outcomes.Select(outcome => (outcome.Text, outcome.Origin, outcome.Verdict)));
    }

    [Fact]
    public void One_failure_fails_the_run_whatever_else_is_inconclusive()
    {
        var judgement = Steady.Expect("errors == 0").Expect("p50 < 1ms").Expect("p99.9 < 1s").Judgement;
        Assert.Equal((Verdict.Failed, null), (judgement.Verdict, judgement.Reason));
    }
}
