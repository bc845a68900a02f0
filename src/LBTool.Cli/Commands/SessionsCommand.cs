using System.CommandLine;
using LBTool.Cli.Rendering;
using LBTool.Cli.Sessions;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool sessions</c>: those that run.</summary>
internal static class SessionsCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var format = SharedOptions.Format("How the list is written (default: text)");
        var verb = new Verb("sessions", "List the sessions that run", "lbtool sessions", "lbtool sessions --format json") { format };
        verb.SetAction(async (parsed, stop) =>
        {
            var sessions = await SessionFiles.FindAllAsync(terminal.Error.WriteLine, stop);
            if (parsed.GetValue(format) == OutputFormat.Json)
            {
                await WriteJsonAsync(sessions, terminal.Output);
            }
            else if (sessions.Length == 0)
            {
                await terminal.Output.WriteLineAsync("no session runs; begin one with: lbtool start");
            }
            else
            {
                TextTable.Write(
                    [["session", "process", "balancer", "version"], .. sessions.Select(session => new[] { session.Name, $"{session.Pid}", session.Balancer, session.Version })],
                    terminal.Output);
            }

            return ExitCodes.Passed;
        });
        return verb;
    }

    // Without the tokens: what is printed ends up in logs.
    private static Task WriteJsonAsync(IEnumerable<SessionFile> sessions, TextWriter output) => JsonOutput.WriteAsync(output, json =>
    {
        json.WriteStartArray();
        foreach (var session in sessions)
        {
            json.WriteStartObject();
            json.WriteString("name", session.Name);
            json.WriteNumber("pid", session.Pid);
            json.WriteString("address", session.Address);
            json.WriteString("balancer", session.Balancer);
            json.WriteString("toxiproxy", session.Toxiproxy);
            json.WriteString("version", session.Version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
