using System.CommandLine;
using LBTool.Cli.Sessions;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool stop</c>: ends a session, and waits until it has ended.</summary>
internal static class StopCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
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
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
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
            throw Failure.Environment($"session '{session.Session.Name}' (process {session.Session.Pid}) has not ended after {Patience.TotalSeconds:0} s");
        }
    }
}
