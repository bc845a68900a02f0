using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Tests.Measurements;

namespace LBTool.Core.Tests.Expectations;

public class EarlyEndTests
{
    // 600 requests at 10 ms over 6 s of 10, the last one of them an error.
    private static HandMadeRun Ended(RunEnd end) => new HandMadeRun { End = end, EndedAt = 6_000 }
        .Requests(599, took: 10, until: 5_990).Request(5_990, 10, outcome: RequestOutcome.Reset)
        .Phase("before", null, "5s").Phase("across", "5s", "8s").Phase("never", "8s", null);

    private const string EndedEarly = "the run ended at 6s, before the window did at ";

    [Theory]
    [InlineData("p95 < 20ms during before", Verdict.Passed, null)]
    [InlineData("errors == 0 during before", Verdict.Passed, null)]
    [InlineData("p50 < 20ms during across", Verdict.Inconclusive, EndedEarly + "8s")]
    [InlineData("p50 < 5ms during across", Verdict.Failed, null)]
    [InlineData("errors < 1 during across", Verdict.Failed, null)]
    [InlineData("errors == 0 during across", Verdict.Failed, null)]
    [InlineData("errors <= 1 during across", Verdict.Inconclusive, EndedEarly + "8s")]
    [InlineData("requests >= 1000", Verdict.Inconclusive, EndedEarly + "10s")]
    [InlineData("requests == 1000", Verdict.Inconclusive, EndedEarly + "10s")]
    [InlineData("inflight < 1 during across", Verdict.Failed, null)]
    [InlineData("p50 < 20ms during never", Verdict.Inconclusive, "the run ended at 6s, before the window began at 8s")]
    [InlineData("p50 < 2x across during before", Verdict.Inconclusive, "'across', which it is compared with: the run ended before it did")]
    [InlineData("p50 < 2x never during before", Verdict.Inconclusive, "'never', which it is compared with, was not measured")]
    [InlineData("inflight >= 2 within 3s of across.start", Verdict.Inconclusive, EndedEarly + "8s")]
    [InlineData("inflight >= 2 within 1s of across.start", Verdict.Failed, null)]
    [InlineData("inflight >= 2 within 1s of never.start", Verdict.Inconclusive, "the run ended at 6s, before the window began at 8s")]
    public void A_window_cut_short_can_fail_and_cannot_pass(string text, Verdict verdict, string? reason)
    {
        var outcome = Ended(RunEnd.Aborted).Judged(text);
        Assert.Equal((verdict, reason), (outcome.Verdict, outcome.Reason));
    }

    [Theory]
    [InlineData(RunEnd.Aborted, Verdict.Failed, "errors == 0: it is 1", "errors == 0: it is 1")]
    [InlineData(RunEnd.Interrupted, Verdict.Inconclusive, null, "the run was interrupted")]
    [InlineData(RunEnd.Failed, Verdict.Inconclusive, "port 80 is in use", "port 80 is in use")]
    public void A_run_that_did_not_complete_is_never_green(RunEnd end, Verdict verdict, string? endReason, string reason)
    {
        var run = Ended(end).Expect("p95 < 20ms during before");
        run.EndReason = endReason;
        var judgement = run.Judgement;
        Assert.Equal((verdict, reason), (judgement.Verdict, judgement.Reason));
        Assert.Equal(Verdict.Passed, judgement.Outcomes[0].Verdict);
    }
}
