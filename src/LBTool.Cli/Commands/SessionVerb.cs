using System.CommandLine;
using LBTool.Cli.Sessions;

namespace LBTool.Cli.Commands;

/// <summary>A verb that calls a session: with <c>--session</c> and <c>--format</c>, whose JSON is the session's answer as it stands.</summary>
internal static class SessionVerb
{
    // What is written in place of an answer without a body, so that there is always one document.
    private const string Nothing = "{}";

    /// <summary>Makes the verb.</summary>
    /// <param name="terminal">Where the answer goes.</param>
    /// <param name="verb">With arguments and options of its own.</param>
    /// <param name="call">Asks the session; returns its answer, null for one without a body.</param>
    /// <param name="text">Writes an answer for people.</param>
    /// <param name="code">What it ends with; null for always 0.</param>
    public static Verb Create(
        Terminal terminal,
        Verb verb,
        Func<SessionClient, ParseResult, CancellationToken, Task<string?>> call,
        Func<string?, ParseResult, TextWriter, Task> text,
        Func<string?, int>? code = null)
    {
        var session = SessionOption();
        var format = SharedOptions.Format("text, or json: the session's answer as it stands (default: text)");
        verb.Add(session);
        verb.Add(format);
        verb.SetAction(async (parsed, stop) =>
        {
            using var client = await SessionClient.OpenAsync(parsed.GetValue(session), terminal.Error, stop);
            var answer = await call(client, parsed, stop);
            await (parsed.GetValue(format) == OutputFormat.Json
                ? terminal.Output.WriteLineAsync(answer ?? Nothing)
                : text(answer, parsed, terminal.Output));
            return code?.Invoke(answer) ?? ExitCodes.Passed;
        });
        return verb;
    }

    /// <summary>The session that is meant.</summary>
    public static Option<string?> SessionOption()
    {
        var option = new Option<string?>("--session") { HelpName = "NAME", Description = "Which session (default: the only one that runs)" };
        option.CompletionSources.Add(_ => SessionFiles.Names);
        return option;
    }

    /// <summary>The name of a backend.</summary>
    public static Argument<string> BackendArgument() => new("BACKEND") { HelpName = "BACKEND", Description = "Name of a backend" };
}
