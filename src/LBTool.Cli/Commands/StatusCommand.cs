using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LBTool.Cli.Rendering;
using LBTool.Live.Control;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool status</c>: a session at a glance.</summary>
internal static class StatusCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal) => SessionVerb.Create(
        terminal,
        new Verb("status", "Show a session: addresses, backends, faults, load", "lbtool status", "lbtool status --session s2 --format json"),
        (session, _, stop) => session.SendAsync(HttpMethod.Get, "/v1/session", null, stop),
        (answer, _, output) => WriteAsync(JsonSerializer.Deserialize(answer!, ControlJson.Context.SessionAnswer)!, output));

    private static async Task WriteAsync(SessionAnswer session, TextWriter output)
    {
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"session   {session.Name}  process {session.Pid}, for {session.ElapsedMs / 1000:0.0}s"));
        await output.WriteLineAsync($"balancer  {session.Balancer}/  {session.Algorithm.Name}, seed {session.Seed}");
        await output.WriteLineAsync($"toxiproxy {session.Toxiproxy}/");
        await output.WriteLineAsync($"load      {LoadCommand.Words(session.Load)}");
        await output.WriteLineAsync();
        BackendTable.Write(session.Backends, output);
        if (!session.Faults.IsEmpty)
        {
            await output.WriteLineAsync();
            FaultCommand.WriteTable(session.Faults, output);
        }
    }
}
