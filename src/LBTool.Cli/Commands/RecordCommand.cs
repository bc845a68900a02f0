using System.CommandLine;
using System.Text;
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
        var force = new Option<bool>("--force") { Description = "Replace FILE if it is there" };
        var verb = new Verb("record", "Write down what was done to a session, as a scenario", "lbtool record", "lbtool record explored.lb.yaml") { file, session, force };
        verb.SetAction(async (parsed, stop) =>
        {
            var path = parsed.GetValue(file) is { } given and not "-" ? given : null;
            if (path is not null && !parsed.GetValue(force) && File.Exists(path))
            {
                throw IsThere(path);
            }

            using var client = await SessionClient.OpenAsync(parsed.GetValue(session), terminal.Error, stop);
            var text = await client.SendAsync(HttpMethod.Get, "/v1/journal", null, stop) ?? "";
            if (path is null)
            {
                await terminal.Output.WriteAsync(text);
                return ExitCodes.Passed;
            }

            await WriteAsync(path, text, parsed.GetValue(force), stop);
            await terminal.Output.WriteLineAsync($"{path}; run it with: lbtool run {path}");
            return ExitCodes.Passed;
        });
        return verb;
    }

    private static async Task WriteAsync(string path, string text, bool force, CancellationToken stop)
    {
        try
        {
            await using var file = new FileStream(path, force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            await file.WriteAsync(Encoding.UTF8.GetBytes(text), stop);
        }
        catch (IOException) when (!force && File.Exists(path))
        {
            // It came up while the session was asked.
            throw IsThere(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Failure.Environment($"'{path}' cannot be written: {exception.Message}");
        }
    }

    private static Failure IsThere(string path) =>
        Failure.Usage($"lbtool: '{path}' is there already; choose another name, or replace it with --force");
}
