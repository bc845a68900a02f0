namespace LBTool.Cli;

/// <summary>On which threads this process goes on when a socket is ready.</summary>
internal static class SocketThreads
{
    // The runtime has no other way to choose, and reads it when the first socket waits.
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// For a server that only passes bytes on, waking a thread of the pool costs more than the work for it: there the
    /// thread that polls the sockets does it. What the environment says goes first.
    /// </summary>
    public static void ChooseFor(string[] args)
    {
        if (args is ["toxiproxy", ..] && Environment.GetEnvironmentVariable(Inline) is null)
        {
            Environment.SetEnvironmentVariable(Inline, "1");
        }
    }
}
