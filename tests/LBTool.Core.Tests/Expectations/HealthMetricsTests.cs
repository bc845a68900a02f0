using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Reports;
using LBTool.Core.Tests.Measurements;

namespace LBTool.Core.Tests.Expectations;

public class HealthMetricsTests
{
    // 1000 requests, one each 10 ms. The fault hits b1 from 2 s to 5 s; b1 is out from 3.2 s to 6.1 s and gets nothing then.
    private static HandMadeRun Sick => new HandMadeRun()
        .Requests(320, took: 10, until: 3_200, backends: [0, 1, 2])
        .Requests(290, took: 10, from: 3_200, until: 6_100, backends: [1, 2])
        .Requests(390, took: 10, from: 6_100, until: 10_000, backends: [0, 1, 2])
        .Fault("sick", "2s", 3_000)
        .State(3_199, "down").State(6_099, "up").State(7_000, "draining", backend: 1);

    [Theory]
    [InlineData("state{backend=b1} == down within 1s .. 2.2s of sick.start", Verdict.Passed, "down after 1.2s")]
    [InlineData("state{backend=b1} == down within 1.5s .. 2.2s of sick.start", Verdict.Failed, "down after 1.2s")]
    [InlineData("state{backend=b1} == down within 1s of sick.start", Verdict.Failed, "up")]
    [InlineData("state{backend=b1} != up within 1s .. 2.2s of sick.start", Verdict.Passed, "down after 1.2s")]
    [InlineData("state{backend=b1} == up within 0.5s .. 1.5s of sick.end", Verdict.Passed, "up after 1.1s")]
    [InlineData("state{backend=b1} == up", Verdict.Failed, "up, down")]
    [InlineData("state{backend=b1} == up during start .. 3s", Verdict.Passed, "up")]
    [InlineData("state{backend=b1} != ejected", Verdict.Passed, "up, down")]
    [InlineData("state{backend=b3} == up", Verdict.Passed, "up")]
    [InlineData("transitions{backend=b1} == 2", Verdict.Passed, "2")]
    [InlineData("transitions{backend=b1} == 1 during sick", Verdict.Passed, "1")]
    [InlineData("transitions == 3", Verdict.Passed, "3")]
    [InlineData("time_to_eject{backend=b1} == 1199ms", Verdict.Passed, "1.2s")]
    [InlineData("time_to_eject < 1s", Verdict.Failed, "1.2s")]
    [InlineData("time_to_eject{backend=b2} < 1s", Verdict.Inconclusive, null)]
    [InlineData("time_to_readmit{backend=b1} <= 1.1s", Verdict.Passed, "1099ms")]
    [InlineData("requests{backend=b1} == 0 during state{backend=b1} == down", Verdict.Passed, "0")]
    [InlineData("requests{backend=b2} == 0 during state{backend=b1} == down", Verdict.Failed, "145")]
    [InlineData("requests{backend=b1} > 0 during state{backend=b1} != down", Verdict.Passed, "107")]
    [InlineData("requests{backend=b1} == 0 during state{backend=b1} == ejected", Verdict.Inconclusive, null)]
    public void A_backend_that_goes_down_and_comes_back_is_measured(string text, Verdict verdict, string? actual)
    {
        var outcome = Sick.Judged(text);
        Assert.Equal((verdict, actual), (outcome.Verdict, outcome.Actual));
    }

    [Fact]
    public void A_backend_that_is_never_found_out_never_leaves_and_that_is_a_failure()
    {
        var run = new HandMadeRun().Requests(1_000, took: 10, backends: [0, 1, 2]).Fault("sick", "2s", 3_000);

        Assert.Equal((Verdict.Failed, "never"), Short(run.Judged("time_to_eject{backend=b1} < 10s")));
        Assert.Equal(Verdict.Inconclusive, run.Judged("time_to_readmit < 10s").Verdict);
        Assert.Equal((Verdict.Failed, "never"), Short(run.State(4_000, "ejected").Judged("time_to_readmit < 10s")));
    }

    [Fact]
    public void What_fails_while_its_backend_is_under_a_fault_is_lost_to_it()
    {
        var run = new HandMadeRun().Requests(100, took: 10, backends: [1])
            .Request(1_980, took: 10, outcome: RequestOutcome.Reset) // over before the fault
            .Request(1_990, took: 20, outcome: RequestOutcome.Reset) // open when it begins
            .Request(3_000, took: 10, outcome: RequestOutcome.ServerError, status: 500)
            .Request(3_000, took: 10) // went well
            .Request(3_000, took: 10, backend: 1, outcome: RequestOutcome.Reset) // another backend
            .Request(5_001, took: 10, outcome: RequestOutcome.Reset) // after it
            .Fault("sick", "2s", 3_000);

        Assert.Equal((Verdict.Passed, "2"), Short(run.Judged("lost == 2")));
        Assert.Equal((Verdict.Passed, "2"), Short(run.Judged("lost{backend=b1} == 2")));
        Assert.Equal((Verdict.Passed, "1"), Short(run.Judged("lost == 1 during sick")));
        Assert.Equal((Verdict.Passed, "0"), Short(run.Judged("lost{backend=b2} == 0")));
    }

    [Fact]
    public void Panic_counts_and_takes_a_share_of_the_time()
    {
        var run = new HandMadeRun().Requests(1_000, took: 10, backends: [0, 1, 2])
            .Event(RunEventKind.PanicStart, "begins", 1_000, 1_000).Event(RunEventKind.PanicEnd, "ends", 2_000, 2_000)
            .Event(RunEventKind.PanicStart, "begins", 9_000, 9_000);

        Assert.Equal((Verdict.Failed, "2"), Short(run.Judged("panic == 0")));
        Assert.Equal((Verdict.Passed, "20%"), Short(run.Judged("panic <= 20%")));
        Assert.Equal((Verdict.Passed, "0"), Short(run.Judged("panic == 0 during 2s .. 9s")));
        Assert.Equal((Verdict.Passed, "1"), Short(run.Judged("panic == 1 during 1.5s .. 9s")));
    }

    // "never" in the second run is no number, and one that is endless is no JSON.
    [Fact]
    public void What_never_happened_has_no_value_in_a_report()
    {
        var found = new HandMadeRun().Requests(1_000, took: 10, backends: [0, 1, 2]).Fault("sick", "2s", 3_000).State(3_000, "down").Expect("time_to_eject < 2s");
        var never = new HandMadeRun().Requests(1_000, took: 10, backends: [0, 1, 2]).Fault("sick", "2s", 3_000).Expect("time_to_eject < 2s");
        var report = Report.Create(
            found.Result.Plan, "0.1.0",
            [AttemptReport.Of(1, found.Measured, found.Judgement), AttemptReport.Of(2, never.Measured, never.Judgement)], "lbtool run x");

        var value = Assert.Single(report.Values);
        Assert.Equal((1, 1, "1s", "1s … 1s"), (value.Attempts, value.Passed, value.InWords(), value.Range()));
        Assert.All(ReportFormats.All, format => Assert.NotEmpty(format.Render(report)));
    }

    [Fact]
    public void What_never_happened_is_no_bound()
    {
        var outcome = new HandMadeRun().Requests(1_000, took: 10, backends: [0, 1, 2]).Fault("sick", "2s", 3_000).Fault("well", "6s", 2_000)
            .State(7_000, "down").Judged("time_to_eject < 2x sick during well");

        Assert.Equal((Verdict.Inconclusive, "'sick', which it is compared with: never"), (outcome.Verdict, outcome.Reason));
    }

    // b1 and its copies b1-2 and b1-3, at once in one simulated pool: the last of them decides, and none may come too early.
    [Theory]
    [InlineData("state{backend=b1} == down within 150ms of start", Verdict.Failed)]
    [InlineData("state{backend=b1} == down within 1s of start", Verdict.Passed)]
    [InlineData("state{backend=b1} == down within 200ms .. 1s of start", Verdict.Failed)]
    public void Every_copy_must_come_there_in_time(string text, Verdict verdict)
    {
        var run = new HandMadeRun { Copies = true }.Requests(1_000, took: 10, backends: [0, 1, 2])
            .State(100, "down").State(980, "down", backend: 1).State(500, "down", backend: 2);

        Assert.Equal(verdict, run.Judged(text).Verdict);
    }


    private static (Verdict Verdict, string? Actual) Short(ExpectationOutcome outcome) => (outcome.Verdict, outcome.Actual);
}
