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
        var force = new Option<bool>("--force") { Description = "Replace FILE if it is there and holds something" };
        var verb = new Verb("record", "Write down what was done to a session, as a scenario", "lbtool record", "lbtool record explored.lb.yaml") { file, session, force };
        verb.SetAction(async (parsed, stop) =>
        {
            var path = parsed.GetValue(file) is { } given and not "-" ? given : null;
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
            var bytes = Encoding.UTF8.GetBytes(text);
            if (!await TryFillAsync(path, bytes, stop))
            {
                await ReplaceAsync(path, bytes, force, stop);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Failure.Environment($"'{path}' cannot be written: {exception.Message}");
        }
    }

    // What holds nothing is written where it is: a device, a pipe, an empty file.
    private static async Task<bool> TryFillAsync(string path, byte[] bytes, CancellationToken stop)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        if (file.CanSeek && file.Length > 0)
        {
            return false;
        }

        await file.WriteAsync(bytes, stop);
        return true;
    }

    // Written beside it first, so that a full disk leaves what was there as it was.
    private static async Task ReplaceAsync(string path, byte[] bytes, bool force, CancellationToken stop)
    {
        if (File.Exists(path) && !force)
        {
            throw IsThere(path);
        }

        var beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await File.WriteAllBytesAsync(beside, bytes, stop);
            File.Move(beside, path, overwrite: force);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static Failure IsThere(string path) =>
        Failure.Usage($"lbtool: '{path}' is there already; choose another name, or replace it with --force");
}
