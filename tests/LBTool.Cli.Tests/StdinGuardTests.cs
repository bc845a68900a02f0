using System.IO.Pipes;
using LBTool.Cli.Sessions;

namespace LBTool.Cli.Tests;

public class StdinGuardTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_closed_input_ends_the_process_in_order_and_an_open_one_does_not()
    {
        using var signals = new Signals(_ => Assert.Fail("killed"));
        using var input = new AnonymousPipeServerStream(PipeDirection.In);
        using var otherEnd = new AnonymousPipeClientStream(PipeDirection.Out, input.GetClientHandleAsString());
        var watch = StdinGuard.WatchAsync(input, signals);

        otherEnd.Write("anything\n"u8);
        Assert.False(signals.Stop.IsCancellationRequested);
        otherEnd.Dispose();

        await watch.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.True(signals.Stop.IsCancellationRequested);
        Assert.Equal(ExitCodes.Terminated, signals.ExitCode);
    }

    [Fact]
    public async Task After_a_signal_it_does_not_count_as_the_second()
    {
        var killed = false;
        using var signals = new Signals(_ => killed = true);
        signals.Receive(ExitCodes.Interrupted);

        await StdinGuard.WatchAsync(Stream.Null, signals).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.False(killed);
        Assert.Equal(ExitCodes.Interrupted, signals.ExitCode);
    }
}
