using LBTool.Core.Expectations;
using LBTool.Core.Reports;

namespace LBTool.Core.Tests.Reports;

public class ReportTests
{
    [Fact]
    public void The_samples_are_what_they_are_called() => Assert.Equal(
        [Verdict.Passed, Verdict.Failed, Verdict.Inconclusive, Verdict.Inconclusive],
        SampleReports.All.Select(sample => sample.Report.Verdict));

    // b1 gets every third request: 100 of the 300 between warm-up and fault, 134 of 400 (80 ms each) during it, 67 of
    // 200 after it. At 8.000 s those begun at 7.930, 7.960 and 7.990 are still open as another begins: 4.
    [Fact]
    public void A_backend_has_its_figures_without_warm_up() => Assert.Equal(
        new BackendReport("b1", 301, 301.0 / 900, 0, 10, 80, 80, 4, 301), SampleReports.Failed.Attempts[0].Backends[0]);

    [Fact]
    public void Shares_of_the_backends_add_up_to_one() =>
        Assert.All(SampleReports.All, sample => Assert.All(sample.Report.Attempts, attempt => Assert.Equal(1, attempt.Backends.Sum(row => row.Share), 9)));

    [Fact]
    public void The_whole_counts_each_way_to_end()
    {
        var overall = SampleReports.Failed.Attempts[0].Overall;
        Assert.Equal((900, 100, 1, 902, 2, 901, 1),
            (overall.Requests, overall.Rps, overall.Errors, overall.Scheduled, overall.Dropped, overall.Attempts, overall.Duplicates));
        Assert.Equal(["Ok 899", "ServerError 1"], overall.Outcomes.Select(row => $"{row.Outcome} {row.Count}"));
        Assert.Equal(900.0 / 902, overall.AchievedRate);
    }

    [Fact]
    public void A_gate_says_how_many_attempts_passed()
    {
        var report = SampleReports.Passed;
        Assert.Equal("2 of 3 attempts passed; 2 of 3 must", report.Reason);
        Assert.Equal([42UL, 43UL, 44UL], report.Attempts.Select(attempt => attempt.Seed));
        Assert.Equal([Verdict.Failed, Verdict.Passed, Verdict.Passed], report.Attempts.Select(attempt => attempt.Verdict));
    }

    [Fact]
    public void A_report_of_nothing_is_a_mistake() => Assert.Throws<ArgumentException>(() => Report.Create(SampleReports.Plan, "1", [], "lbtool run x"));
}
