using System.CommandLine;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool enable</c>: a backend that people took out is used again.</summary>
internal static class EnableCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal) =>
        BackendCommand.CreateAction(terminal, "enable", "Use a backend again that was taken out", "lbtool enable b1");
}
