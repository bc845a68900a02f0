namespace LBTool.Cli;

/// <summary>
/// Ends this process in order when its standard input closes: who started it with <see cref="Variable"/> holds the other
/// end of a pipe, which the system closes however that process ends. So a script that is killed leaves no lbtool behind.
/// </summary>
internal static class StdinGuard
{
    /// <summary>Set to 1, it turns the guard on.</summary>
    public const string Variable = "LBTOOL_STDIN_GUARD";

    /// <summary>Watches standard input, if that is asked for. What is read is thrown away.</summary>
    public static void Watch(Signals signals)
    {
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            Watch(Console.OpenStandardInput(), signals);
        }
    }

    /// <summary>Watches a stream, on a thread of its own: reading a pipe blocks one.</summary>
    internal static Thread Watch(Stream input, Signals signals)
    {
        var thread = new Thread(() => ReadToEnd(input, signals)) { IsBackground = true, Name = "stdin guard" };
        thread.Start();
        return thread;
    }

    private static void ReadToEnd(Stream input, Signals signals)
    {
        input.CopyTo(Stream.Null);
        try
        {
            // After a signal this is no second one: an end in order is under way.
            if (signals.ExitCode == 0)
            {
                signals.Receive(ExitCodes.Terminated);
            }
        }
        catch (ObjectDisposedException)
        {
            // The process is ending by itself.
        }
    }
}
