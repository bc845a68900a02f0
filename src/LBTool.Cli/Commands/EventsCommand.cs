using System.CommandLine;
using System.Text.Json;
using LBTool.Cli.Rendering;
using LBTool.Cli.Sessions;
using LBTool.Live.Control;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool events</c>: what happened in a session, and with <c>--follow</c> what happens.</summary>
internal static class EventsCommand
{
    private const string Path = "/v1/events";
    private const string EventHead = "event: event";
    private const string DataHead = "data: ";

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var session = SessionVerb.SessionOption();
        var follow = new Option<bool>("--follow") { Description = "Go on with what happens, until Ctrl-C or the end of the session" };
        var format = SharedOptions.Format("text, or json: the session's answer as it stands, with --follow one event a line (default: text)");
        var verb = new Verb("events", "Show what happened in a session", "lbtool events", "lbtool events --follow") { follow, session, format };
        verb.SetAction(async (parsed, stop) =>
        {
            using var client = await SessionClient.OpenAsync(parsed.GetValue(session), terminal.Error, stop);
            var json = parsed.GetValue(format) == OutputFormat.Json;
            await (parsed.GetValue(follow) ? FollowAsync(client, json, terminal.Output, stop) : ListAsync(client, json, terminal.Output, stop));
            return ExitCodes.Passed;
        });
        return verb;
    }

    private static async Task ListAsync(SessionClient session, bool json, TextWriter output, CancellationToken stop)
    {
        var answer = await session.SendAsync(HttpMethod.Get, Path, null, stop);
        if (json)
        {
            await output.WriteLineAsync(answer);
            return;
        }

        foreach (var happened in JsonSerializer.Deserialize(answer!, ControlJson.Context.ImmutableArrayEventAnswer))
        {
            await WriteAsync(happened, output);
        }
    }

    private static async Task FollowAsync(SessionClient session, bool json, TextWriter output, CancellationToken stop)
    {
        using var lines = await session.OpenStreamAsync(Path, stop);
        var isEvent = false;
        while (await ReadAsync(lines, stop) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                isEvent = line == EventHead;
            }
            else if (isEvent && line.StartsWith(DataHead, StringComparison.Ordinal))
            {
                var data = line[DataHead.Length..];
                await (json ? output.WriteLineAsync(data) : WriteAsync(JsonSerializer.Deserialize(data, ControlJson.Context.EventAnswer)!, output));
                await output.FlushAsync(stop);
                if (StandardStream.OutputHasNoReader)
                {
                    return;
                }
            }
        }
    }

    // A session that ends breaks the stream off: that is its end.
    private static async Task<string?> ReadAsync(StreamReader lines, CancellationToken stop)
    {
        try
        {
            return await lines.ReadLineAsync(stop);
        }
        catch (Exception over) when (over is IOException or HttpRequestException)
        {
            return null;
        }
    }

    private static Task WriteAsync(EventAnswer happened, TextWriter output) =>
        EventText.News(happened) is { } line ? output.WriteLineAsync(line) : Task.CompletedTask;
}
