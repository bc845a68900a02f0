using System.CommandLine;
using System.Text.Json;
using LBTool.Cli.Sessions;
using LBTool.Live.Control;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool stop</c>: ends a session, and waits until it has ended.</summary>
internal static class StopCommand
{
    // For all that follows the drain of what is in flight.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal) => SessionVerb.Create(
        terminal,
        new Verb("stop", "End a session, and wait until it has ended", "lbtool stop", "lbtool stop --session s2"),
        StopAsync,
        (_, _, output) => output.WriteLineAsync("ended"));

    private static async Task<string?> StopAsync(SessionClient session, ParseResult parsed, CancellationToken stop)
    {
        var answer = await session.SendAsync(HttpMethod.Post, "/v1/session/stop", null, stop);
        var longest = PatienceFor(answer);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(longest);
        try
        {
            while (session.Session.HasProcess)
            {
                await Task.Delay(Look, patience.Token);
            }

            return answer;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Failure.Environment($"session '{session.Session.Name}' (process {session.Session.Pid}) has not ended after {longest.TotalSeconds:0} s");
        }
    }

    /// <summary>How long a session may take to end, by its answer. One of an earlier version does not say how long it drains.</summary>
    internal static TimeSpan PatienceFor(string? answer) =>
        Margin + TimeSpan.FromMilliseconds(answer is null ? 0 : JsonSerializer.Deserialize(answer, ControlJson.Context.StopAnswer)?.DrainMs ?? 0);
}
