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
    public void A_later_signal_ends_the_process_at_once()
    {
        var killed = 0;
        var clock = new HandClock();
        using var signals = new Signals(code => killed = code, clock);

        signals.Receive(ExitCodes.Interrupted);
        clock.Now += TimeSpan.FromSeconds(1);
        signals.Receive(ExitCodes.Terminated);

        Assert.Equal(ExitCodes.Terminated, killed);
        Assert.Equal(ExitCodes.Interrupted, signals.ExitCode);
    }

    [Fact]
    public void A_signal_that_comes_twice_at_a_time_counts_once()
    {
        var clock = new HandClock();
        using var signals = new Signals(_ => Assert.Fail("killed by a signal that timeout(1) sent to the process and to its group"), clock);

        signals.Receive(ExitCodes.Terminated);
        clock.Now += TimeSpan.FromSeconds(0.9);
        signals.Receive(ExitCodes.Terminated);

        Assert.Equal(ExitCodes.Terminated, signals.ExitCode);
    }

    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
