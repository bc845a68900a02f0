using System.IO.Pipes;

namespace LBTool.Cli.Tests;

public class StdinGuardTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_closed_input_ends_the_process_in_order_and_an_open_one_does_not()
    {
        using var signals = new Signals(_ => Assert.Fail("killed"));
        using var input = new AnonymousPipeServerStream(PipeDirection.In);
        using var otherEnd = new AnonymousPipeClientStream(PipeDirection.Out, input.GetClientHandleAsString());
        StdinGuard.Watch(input, signals);

        otherEnd.Write("anything\n"u8);
        Assert.False(signals.Stop.IsCancellationRequested);
        otherEnd.Dispose();

        Assert.True(signals.Stop.WaitHandle.WaitOne(Deadline));
        Assert.Equal(ExitCodes.Terminated, signals.ExitCode);
    }

    [Fact]
    public void After_a_signal_it_does_not_count_as_the_second()
    {
        var killed = false;
        using var signals = new Signals(_ => killed = true);
        signals.Receive(ExitCodes.Interrupted);

        var thread = StdinGuard.Watch(Stream.Null, signals);

        Assert.True(thread.Join(Deadline));
        Assert.False(killed);
        Assert.Equal(ExitCodes.Interrupted, signals.ExitCode);
    }
}
