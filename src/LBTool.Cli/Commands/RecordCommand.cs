using System.CommandLine;
using LBTool.Cli.Sessions;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool record</c>: what was done by hand, as a scenario.</summary>
internal static class RecordCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string?>("FILE") { HelpName = "FILE", Description = "Where it is written (default, or -: standard output)", Arity = ArgumentArity.ZeroOrOne };
        var session = SessionVerb.SessionOption();
        var verb = new Verb("record", "Write down what was done to a session, as a scenario", "lbtool record", "lbtool record explored.lb.yaml") { file, session };
        verb.SetAction(async (parsed, stop) =>
        {
            using var client = await SessionClient.OpenAsync(parsed.GetValue(session), terminal.Error, stop);
            var text = await client.SendAsync(HttpMethod.Get, "/v1/journal", null, stop) ?? "";
            if (parsed.GetValue(file) is not { } path || path == "-")
            {
                await terminal.Output.WriteAsync(text);
                return ExitCodes.Passed;
            }

            await WriteAsync(path, text, stop);
            await terminal.Output.WriteLineAsync($"{path}; run it with: lbtool run {path}");
            return ExitCodes.Passed;
        });
        return verb;
    }

    private static async Task WriteAsync(string path, string text, CancellationToken stop)
    {
        try
        {
            await File.WriteAllTextAsync(path, text, stop);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Failure.Environment($"'{path}' cannot be written: {exception.Message}");
        }
    }
}
