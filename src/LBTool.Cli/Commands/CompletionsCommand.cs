using System.CommandLine;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool completions SHELL</c>: a script that lets the shell ask lbtool what can come next.</summary>
internal static class CompletionsCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var names = Shells.All.Select(row => row.Name).ToArray();
        var shell = new Argument<ShellRow>("SHELL")
        {
            HelpName = "SHELL",
            Description = string.Join(", ", names),
            CustomParser = result =>
            {
                var name = result.Tokens[0].Value;
                var row = Shells.All.FirstOrDefault(row => row.Name == name);
                if (row is null)
                {
                    result.AddError($"'{name}': must be one of {string.Join(", ", names)}");
                }

                return row;
            },
        };
        shell.CompletionSources.Add(names);
        var verb = new Verb("completions", "Print the completion script for a shell", [.. Shells.All.Select(row => row.Install)])
        {
            shell,
        };
        verb.SetAction(async (parsed, _) =>
        {
            await terminal.Output.WriteLineAsync(parsed.GetRequiredValue(shell).Script);
            return ExitCodes.Passed;
        });
        return verb;
    }
}
