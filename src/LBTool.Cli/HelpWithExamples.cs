using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using LBTool.Cli.Commands;

namespace LBTool.Cli;

/// <summary>Help as System.CommandLine writes it, then a verb's examples, or for lbtool as a whole its exit codes.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    // The same text everywhere, whatever the size of the window.
    private const int Width = 100;
    private readonly HelpAction _help = new() { MaxWidth = Width };

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        _help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        switch (parseResult.CommandResult.Command)
        {
            case RootCommand:
                Write(output, "Exit codes:", ExitCodes.All.Select(row => $"{row.Code,-5}{row.Meaning}"));
                break;
            case Verb verb:
                Write(output, "Examples:", verb.Examples);
                break;
        }

        return ExitCodes.Passed;
    }

    private static void Write(TextWriter output, string title, IEnumerable<string> lines)
    {
        output.WriteLine(title);
        foreach (var line in lines)
        {
            output.WriteLine($"  {line}");
        }
    }
}
