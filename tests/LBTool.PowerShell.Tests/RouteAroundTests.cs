using System.Management.Automation;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Tests;

public class RouteAroundTests
{
    [Theory]
    [InlineData(4, false, true)]
    [InlineData(6, false, false)]
    [InlineData(4, true, false)]
    [InlineData(6, true, true)]
    public void It_holds_when_the_share_is_small_enough(int requests, bool negate, bool succeeded)
    {
        var judged = RouteAround.Judge(new PSObject(Measured(requests, 100 - requests)), "b1", 0.05, negate, "it is slow");

        Assert.Equal(succeeded, judged.Properties["Succeeded"].Value);
        Assert.Equal(succeeded, $"{judged.Properties["FailureMessage"].Value}".Length == 0);
    }

    [Fact]
    public void A_failure_says_what_was_wanted_and_what_came() => Assert.Equal(
        "Expected session here to route around 'b1' (at most 5% of the requests), because it is slow, but it got 20% of 100.",
        RouteAround.Judge(Measured(20, 80), "b1", 0.05, false, "it is slow").Properties["FailureMessage"].Value);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_doubt_is_no_pass(bool negate)
    {
        object?[] unclear = [Measured(0, 0), null, "text"];

        Assert.All(unclear, actual => Assert.Equal(false, RouteAround.Judge(actual, "b1", 0.05, negate, null).Properties["Succeeded"].Value));
        Assert.Contains("b1, b2", $"{RouteAround.Judge(Measured(1, 1), "b9", 0.05, negate, null).Properties["FailureMessage"].Value}");
    }

    private static Measurement Measured(long b1, long b2)
    {
        var all = Math.Max(1, b1 + b2);
        return new Measurement(
            "here",
            TimeSpan.FromSeconds(1),
            [new MeasuredBackend("b1", b1, (double)b1 / all, 0, null, null), new MeasuredBackend("b2", b2, (double)b2 / all, 0, null, null)],
            null,
            null);
    }
}
