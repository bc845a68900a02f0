using System.CommandLine;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool drain</c>: a backend gets nothing new, and what is in flight may end.</summary>
internal static class DrainCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var backend = SessionVerb.BackendArgument();
        var deadline = new Option<string?>("--deadline") { HelpName = "DURATION", Description = "After this long, what is still in flight is cut (default: the scenario's, or else 30s)" };
        return SessionVerb.Create(
            terminal,
            new Verb("drain", "Send a backend nothing new, and let what is in flight end", "lbtool drain b1", "lbtool drain b1 --deadline 5s") { backend, deadline },
            (session, parsed, stop) => session.SendAsync(
                HttpMethod.Post, $"{BackendCommand.PathOf(parsed.GetRequiredValue(backend))}/drain", Fields.Of(("deadline", parsed.GetValue(deadline))), stop),
            BackendCommand.WriteAsync);
    }
}
