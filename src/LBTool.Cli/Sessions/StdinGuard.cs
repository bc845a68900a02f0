namespace LBTool.Cli.Sessions;

/// <summary>
/// Ends a session with the program that started it: that program holds the other end of standard input, which closes
/// however the program ends.
/// </summary>
internal static class StdinGuard
{
    /// <summary>Turns it on, like <c>--stdin-guard</c>.</summary>
    public const string Variable = "LBTOOL_STDIN_GUARD";

    /// <summary>Whether the environment asks for it.</summary>
    public static bool IsAskedFor => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Completes when standard input has ended; what comes before is not looked at.</summary>
    public static Task WaitAsync()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // A read of a console or a pipe cannot be cancelled: it gets a thread, which does not keep the process.
        new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
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
        catch (IOException)
        {
            return 0;
        }
    }
}
