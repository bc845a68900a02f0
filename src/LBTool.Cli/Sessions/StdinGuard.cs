namespace LBTool.Cli.Sessions;

/// <summary>
/// Ends lbtool with the program that started it: that program holds the other end of standard input, which closes
/// however the program ends.
/// </summary>
internal static class StdinGuard
{
    /// <summary>Turns it on, for every verb.</summary>
    public const string Variable = "LBTOOL_STDIN_GUARD";

    /// <summary>Whether the environment asks for it.</summary>
    public static bool IsAskedFor => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>
    /// If the environment asks for it: the end of standard input is a SIGTERM, unless a signal has come before. A session
    /// waits for it by itself: to end so is no failure there.
    /// </summary>
    public static void Watch(Signals signals, string[] args)
    {
        if (IsAskedFor && args is not ["start", ..])
        {
            _ = WatchAsync(Console.OpenStandardInput(), signals);
        }
    }

    /// <summary>Completes when standard input has ended; what comes before is not looked at.</summary>
    public static Task WaitAsync() => WaitAsync(Console.OpenStandardInput());

    /// <summary>The same, of any stream; completes when that is done.</summary>
    internal static async Task WatchAsync(Stream input, Signals signals)
    {
        await WaitAsync(input);
        if (signals.ExitCode != 0)
        {
            // That would be a second signal, while an end in order is under way.
            return;
        }

        try
        {
            signals.Receive(ExitCodes.Terminated);
        }
        catch (ObjectDisposedException)
        {
            // The process is ending by itself.
        }
    }

    private static Task WaitAsync(Stream input)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // A read of a console or a pipe cannot be cancelled: it gets a thread, which does not keep the process.
        new Thread(() =>
        {
            var buffer = new byte[256];
            while (Read(input, buffer) > 0)
            {
            }

            ended.SetResult();
        })
        { IsBackground = true, Name = "lbtool stdin guard" }.Start();
        return ended.Task;
    }

    private static int Read(Stream input, byte[] buffer)
    {
        try
        {
            return input.Read(buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Closed, or opened for writing only: there is nobody at the other end either way.
            return 0;
        }
    }
}
