using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using LBTool.Cli.Rendering;
using LBTool.Live.Control;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool backend</c>: who is behind the balancer of a session.</summary>
internal static class BackendCommand
{
    private const string Path = "/v1/backends";

    private static readonly (string Name, string Description)[] Actions =
    [
        ("kill", "As SIGKILL: refused, open connections reset"),
        ("stop", "As SIGTERM: refused, what is in flight is answered"),
        ("start", "Undo kill and stop; it comes back empty"),
        ("restart", "Kill and start at once, empty"),
        ("pause", "As SIGSTOP: accepts and says nothing"),
        ("resume", "Undo pause: it goes on where it was"),
    ];

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var verb = new Verb("backend", "Backends of a session", "lbtool backend list", "lbtool backend kill b1")
        {
            CreateList(terminal),
            CreateAdd(terminal),
            CreateRemove(terminal),
            CreateSet(terminal),
        };
        foreach (var (name, description) in Actions)
        {
            verb.Add(CreateAction(terminal, name, description, $"lbtool backend {name} b1"));
        }

        return verb;
    }

    /// <summary>A verb that does something to one backend.</summary>
    public static Verb CreateAction(Terminal terminal, string name, string description, params ImmutableArray<string> examples)
    {
        var backend = SessionVerb.BackendArgument();
        return SessionVerb.Create(
            terminal,
            new Verb(name, description, examples) { backend },
            (session, parsed, stop) => session.SendAsync(
                HttpMethod.Post, $"{PathOf(parsed.GetRequiredValue(backend))}/{name}", null, stop),
            WriteAsync);
    }

    /// <summary>Writes a backend for people.</summary>
    public static async Task WriteAsync(string? answer, ParseResult parsed, TextWriter output)
    {
        var backend = JsonSerializer.Deserialize(answer!, ControlJson.Context.BackendAnswer)!;
        if (backend.Note is { } note)
        {
            await output.WriteLineAsync(note);
        }

        BackendTable.Write([backend], output);
    }

    /// <summary>Where a backend is in the API.</summary>
    public static string PathOf(string backend) => $"{Path}/{Uri.EscapeDataString(backend)}";

    private static Verb CreateAdd(Terminal terminal)
    {
        var name = new Argument<string?>("NAME") { HelpName = "NAME", Description = "Its name (default: the next free one of b1, b2, …)", Arity = ArgumentArity.ZeroOrOne };
        var behaviour = new BehaviourOptions();
        var verb = new Verb("add", "Start one more backend, and let the balancer pick it", "lbtool backend add", "lbtool backend add b9 --weight 2 --latency 20ms") { name };
        behaviour.AddTo(verb);
        return SessionVerb.Create(
            terminal,
            verb,
            (session, parsed, stop) => session.SendAsync(
                HttpMethod.Post, Path, Fields.Of([("name", parsed.GetValue(name)), .. behaviour.Read(parsed)]), stop),
            WriteAsync);
    }

    private static Verb CreateRemove(Terminal terminal)
    {
        var backend = SessionVerb.BackendArgument();
        return SessionVerb.Create(
            terminal,
            new Verb("remove", "Take a backend out; what is in flight on it goes on", "lbtool backend remove b3") { backend },
            (session, parsed, stop) => session.SendAsync(HttpMethod.Delete, PathOf(parsed.GetRequiredValue(backend)), null, stop),
            (_, parsed, output) => output.WriteLineAsync($"{parsed.GetRequiredValue(backend)} left"));
    }

    private static Verb CreateSet(Terminal terminal)
    {
        var backend = SessionVerb.BackendArgument();
        var behaviour = new BehaviourOptions();
        var verb = new Verb("set", "Change how a backend behaves, from the next request on", "lbtool backend set b1 --weight 0.5", "lbtool backend set b1 --latency 50ms --errors 10%") { backend };
        behaviour.AddTo(verb);
        behaviour.Require(verb);
        return SessionVerb.Create(
            terminal,
            verb,
            (session, parsed, stop) => session.SendAsync(HttpMethod.Patch, PathOf(parsed.GetRequiredValue(backend)), Fields.Of(behaviour.Read(parsed)), stop),
            WriteAsync);
    }

    private static Verb CreateList(Terminal terminal) => SessionVerb.Create(
        terminal,
        new Verb("list", "List the backends", "lbtool backend list"),
        (session, _, stop) => session.SendAsync(HttpMethod.Get, Path, null, stop),
        (answer, _, output) =>
        {
            BackendTable.Write(JsonSerializer.Deserialize(answer!, ControlJson.Context.ImmutableArrayBackendAnswer), output);
            return Task.CompletedTask;
        });
}
