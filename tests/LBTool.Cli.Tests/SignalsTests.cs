namespace LBTool.Cli.Tests;

public class SignalsTests
{
    [Theory]
    [InlineData(ExitCodes.Interrupted)]
    [InlineData(ExitCodes.Terminated)]
    [InlineData(ExitCodes.HungUp)]
    public void The_first_signal_asks_for_an_end_and_names_the_exit_code(int code)
    {
        using var signals = new Signals(_ => Assert.Fail("killed by the first signal"));

        signals.Receive(code);

        Assert.True(signals.Stop.IsCancellationRequested);
        Assert.Equal(code, signals.ExitCode);
    }

    [Fact]
    public void The_second_signal_ends_the_process_at_once()
    {
        var killed = 0;
        using var signals = new Signals(code => killed = code);

        signals.Receive(ExitCodes.Interrupted);
        signals.Receive(ExitCodes.Terminated);

        Assert.Equal(ExitCodes.Terminated, killed);
        Assert.Equal(ExitCodes.Interrupted, signals.ExitCode);
    }
}
