using System.CommandLine;
using System.Runtime.InteropServices;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool version</c>: what to name in a bug report.</summary>
internal static class VersionCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var verb = new Verb("version", "Print the versions of lbtool, .NET and the system", "lbtool version");
        verb.SetAction(async (_, _) =>
        {
            await terminal.Output.WriteLineAsync(
                $"lbtool {App.Version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
            return ExitCodes.Passed;
        });
        return verb;
    }
}
