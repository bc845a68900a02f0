using System.CommandLine;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool disable</c>: a backend gets nothing new until it is enabled.</summary>
internal static class DisableCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal) =>
        BackendCommand.CreateAction(terminal, "disable", "Send a backend nothing new until it is enabled; what is in flight goes on", "lbtool disable b1");
}
