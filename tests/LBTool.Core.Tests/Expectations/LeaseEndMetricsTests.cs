using LBTool.Core.Balancing;
using LBTool.Core.Expectations;
using LBTool.Core.Tests.Measurements;

namespace LBTool.Core.Tests.Expectations;

/// <summary>
/// 100 requests to b1, one every 100 ms. Number 11 (at 1 s) breaks on b2 first, number 21 (at 2 s) on b2 and b3; a
/// request of nobody's number is cut on b3 at 9 s.
/// </summary>
public class LeaseEndMetricsTests
{
    private static HandMadeRun Run => new HandMadeRun().Requests(100, took: 10)
        .Lease(11, 1, 990, 995, LeaseOutcome.Broken).Attempt(11, 1, 990)
        .Lease(21, 1, 1_980, 1_985, LeaseOutcome.Broken).Attempt(21, 1, 1_980)
        .Lease(21, 2, 1_990, 1_995, LeaseOutcome.ConnectFailed)
        .Lease(0, 2, 8_000, 9_000, LeaseOutcome.Cut)
        .Phase("first", null, "1.5s").Phase("second", "1.5s", null);

    [Theory]
    [InlineData("retries == 3", Verdict.Passed, "3")]
    [InlineData("retries <= 3%", Verdict.Passed, "3%")]
    [InlineData("retries == 1 during first", Verdict.Passed, "1")]
    [InlineData("retries == 2 during second", Verdict.Passed, "2")]
    [InlineData("retries{backend=b1} == 2", Verdict.Passed, "2")]
    [InlineData("retries{backend=b2} == 0", Verdict.Passed, "0")]
    [InlineData("retries{backend=b3} == 1", Verdict.Passed, "1")]
    [InlineData("amplification <= 1.02", Verdict.Passed, "1.02")]
    [InlineData("amplification < 1.02", Verdict.Failed, "1.02")]
    [InlineData("amplification < 1x first during second", Verdict.Passed, "1.01")]
    [InlineData("resets == 3", Verdict.Passed, "3")]
    [InlineData("resets{backend=b1} == 0", Verdict.Passed, "0")]
    [InlineData("resets{backend=b2} == 2", Verdict.Passed, "2")]
    [InlineData("resets{backend=b3} == 1", Verdict.Passed, "1")]
    [InlineData("cut == 1", Verdict.Passed, "1")]
    [InlineData("cut{backend=b2} == 0", Verdict.Passed, "0")]
    // It belongs to the instant at which it is cut, not to that of its start.
    [InlineData("cut == 0 during 7s .. 8.5s", Verdict.Passed, "0")]
    [InlineData("cut == 1 during 8.5s .. 9.5s", Verdict.Passed, "1")]
    public void They_count_what_the_balancer_did(string expression, Verdict verdict, string actual)
    {
        var outcome = Run.Judged(expression);

        Assert.Equal((verdict, actual), (outcome.Verdict, outcome.Actual));
    }

    [Theory]
    [InlineData("retries == 0")]
    [InlineData("resets == 0")]
    [InlineData("cut == 0")]
    public void Without_leases_nothing_is_known(string expression)
    {
        Assert.Equal(Verdict.Inconclusive, Run.WithoutLeases().Judged(expression).Verdict);
    }
}
