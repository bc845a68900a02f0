using Spectre.Console;

namespace LBTool.Cli;

/// <summary>Where a command writes, and how it is told to stop. Tests hand in their own.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">What is wrong.</param>
/// <param name="Screen">The same place as <paramref name="Output"/>, for tables and colours.</param>
/// <param name="Signals">Ctrl-C and SIGTERM.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, IAnsiConsole Screen, Signals Signals)
{
    // Where no person's window limits a line, none is wrapped: logs are searched line by line.
    private const int UnboundedWidth = 1000;

    /// <summary>Whether frames can be drawn over each other.</summary>
    public bool Interactive => Screen.Profile.Capabilities.Interactive;

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess(Signals signals)
    {
        var plain = Console.IsOutputRedirected || Variable("TERM") == "dumb";
        return new Terminal(Console.Out, Console.Error, CreateScreen(Console.Out, plain, Variable("NO_COLOR") != ""), signals);
    }

    /// <summary>A screen over a writer: <paramref name="plain"/> has neither colour nor frames.</summary>
    public static IAnsiConsole CreateScreen(TextWriter writer, bool plain, bool noColor, int? width = null)
    {
        var screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain || noColor ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = plain ? InteractionSupport.No : InteractionSupport.Yes,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        if (width is not null || plain)
        {
            screen.Profile.Width = width ?? UnboundedWidth;
        }

        return screen;
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? "";
}
