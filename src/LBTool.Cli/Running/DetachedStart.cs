using LBTool.Cli.Sessions;

namespace LBTool.Cli.Running;

/// <summary>One <c>lbtool start --detach</c>: starts the session in the background, and says where it is.</summary>
internal static class DetachedStart
{
    /// <summary>Returns 0 when the session serves, or else what it ended with.</summary>
    /// <param name="terminal">Where it is said.</param>
    /// <param name="words">The command line, without <c>--detach</c>.</param>
    /// <param name="name">Of the session; null for the next free one.</param>
    /// <param name="json">Whether it is said as the session says it.</param>
    /// <param name="stop">Ends the session, as long as it is not ready.</param>
    public static async Task<int> RunAsync(Terminal terminal, IReadOnlyList<string> words, string? name, bool json, CancellationToken stop)
    {
        StateFolder.Prepare();
        var given = name ?? SessionFiles.FreeName();
        string[] args = [.. words, .. name is null ? new[] { "--name", given } : []];
        var log = SessionFiles.LogOf(given);
        var (line, said, code) = await Detached.StartAsync(args, log, stop);
        if (line is null && name is null && SessionFiles.IsTaken(given))
        {
            // Somebody else was faster to take the name that was free: the next one, then.
            return await RunAsync(terminal, words, name, json, stop);
        }

        if (line is null)
        {
            await terminal.Error.WriteAsync(said);
            return code;
        }

        if (json)
        {
            await terminal.Output.WriteLineAsync(line);
            return ExitCodes.Passed;
        }

        var session = SessionFile.Parse(line) ?? throw Failure.Environment($"the session said what was not expected: {line}");
        await terminal.Output.WriteLineAsync($"session   {session.Name}  process {session.Pid}, log {log}");
        await terminal.Output.WriteLineAsync($"balancer  {session.Balancer}/");
        await terminal.Output.WriteLineAsync($"toxiproxy {session.Toxiproxy}/");
        await terminal.Output.WriteLineAsync($"to end it: lbtool stop --session {session.Name}");
        return ExitCodes.Passed;
    }
}
