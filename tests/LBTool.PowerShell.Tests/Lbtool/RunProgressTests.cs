using LBTool.PowerShell.Lbtool;

namespace LBTool.PowerShell.Tests.Lbtool;

public class RunProgressTests
{
    [Fact]
    public void A_status_line_is_a_percentage_and_an_event_is_the_operation()
    {
        var progress = new RunProgress("lbtool run x");

        Assert.Equal("slow: seed 42", progress.After("slow: seed 42").StatusDescription);
        Assert.Equal("slow-b1 begins: latency toxic", progress.After("    5.00s  slow-b1 begins: latency toxic").CurrentOperation);
        var record = progress.After("    5.00s  of 20s: 500 requests/s, errors 0; b1 20.0%");

        Assert.Equal(25, record.PercentComplete);
        Assert.Equal(15, record.SecondsRemaining);
        Assert.Equal("500 requests/s, errors 0; b1 20.0%", record.StatusDescription);
    }
}
