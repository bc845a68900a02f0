namespace LBTool.Cli.Tests;

/// <summary>Runs lbtool inside the test process, and keeps what it wrote.</summary>
internal static class TestTerminal
{
    public const int Width = 100;

    public static async Task<Invocation> RunAsync(params string[] args)
    {
        using var signals = new Signals(_ => { });
        return await RunAsync(signals, args);
    }

    public static async Task<Invocation> RunAsync(Signals signals, params string[] args)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var (safeOutput, safeError) = (TextWriter.Synchronized(output), TextWriter.Synchronized(error));
        var screen = Terminal.CreateScreen(safeOutput, plain: true, noColor: true, Width);
        var code = await App.RunAsync(args, new Terminal(safeOutput, safeError, screen, signals));
        return new Invocation(code, output.ToString(), error.ToString());
    }
}

internal sealed record Invocation(int Code, string Output, string Error);
