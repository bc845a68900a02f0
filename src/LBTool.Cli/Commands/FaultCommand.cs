using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using LBTool.Cli.Rendering;
using LBTool.Core.Faults;
using LBTool.Core.Scenarios;
using LBTool.Live.Control;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool fault</c>: what acts on the backends of a session.</summary>
internal static class FaultCommand
{
    private const string Path = "/v1/faults";

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal) => new Verb(
        "fault", "Faults of a session", "lbtool fault add b1 latency=200ms,jitter=20ms", "lbtool fault list", "lbtool fault clear")
    {
        CreateAdd(terminal),
        CreateList(terminal),
        CreateRemove(terminal),
        CreateClear(terminal),
    };

    /// <summary>Writes faults as a table.</summary>
    public static void WriteTable(IEnumerable<FaultAnswer> faults, TextWriter output) => TextTable.Write(
        [["fault", "on", "does"], .. faults.Select(fault => new[] { fault.Name, string.Join(", ", fault.Target), fault.Summary })], output);

    private static Verb CreateAdd(Terminal terminal)
    {
        var target = new Argument<string>("TARGET") { HelpName = "TARGET", Description = "A backend, several with commas between, one, all, a number of them or a percentage" };
        var simple = new Argument<string?>("TOXIC")
        {
            HelpName = "TOXIC",
            Description = "A toxic by its first attribute: latency=200ms,jitter=20ms",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var toxic = new Option<string?>("--toxic") { HelpName = "type=T,…", Description = "A toxic with its attributes (see: lbtool toxics)" };
        var action = new Option<string?>("--action") { HelpName = "ACTION", Description = "An action, and what it needs: kill, or lose-capacity,workers=2" };
        var http = new Option<string?>("--http") { HelpName = "NAME=VALUE,…", Description = "A wrong answer: status=503,percent=10%, or slow_body.bytes=100,slow_body.every=50ms" };
        var lasting = new Option<string?>("--for") { HelpName = "DURATION", Description = "How long (default: until it is removed)" };
        var name = new Option<string?>("--name") { HelpName = "NAME", Description = "Its name (default: made of what it does and whom it hits)" };
        simple.CompletionSources.Add(_ => ToxicTable.All.Select(row => row.Name + "="));
        action.CompletionSources.Add(_ => ActionTable.All.Select(row => row.Name));
        return SessionVerb.Create(
            terminal,
            new Verb("add", "Begin a fault",
                "lbtool fault add b1 latency=200ms,jitter=20ms",
                "lbtool fault add b1,b2 --toxic type=bandwidth,rate=100KB/s --for 30s",
                "lbtool fault add one --action kill --name dead",
                "lbtool fault add all --http status=503,percent=10%",
                "lbtool fault add b1 --http status.code=503,status.retry_after=2s")
            {
                target, simple, toxic, action, http, lasting, name,
            },
            (session, parsed, stop) =>
            {
                var body = Fields.Of(("name", parsed.GetValue(name)), ("for", parsed.GetValue(lasting)));
                body["target"] = Target(parsed.GetRequiredValue(target));
                Add(body, "toxic", parsed.GetValue(simple), SimpleToxic);
                Add(body, "toxic", parsed.GetValue(toxic), text => Fields.Read("--toxic", text));
                Add(body, "http", parsed.GetValue(http), text => Fields.Read("--http", text));
                AddAction(body, parsed.GetValue(action));
                return session.SendAsync(HttpMethod.Post, Path, body, stop);
            },
            (answer, _, output) =>
            {
                var fault = JsonSerializer.Deserialize(answer!, ControlJson.Context.FaultAnswer)!;
                return output.WriteLineAsync($"{fault.Name}: {fault.Summary} on {string.Join(", ", fault.Target)}");
            });
    }

    private static Verb CreateList(Terminal terminal) => SessionVerb.Create(
        terminal,
        new Verb("list", "List the faults that act", "lbtool fault list"),
        (session, _, stop) => session.SendAsync(HttpMethod.Get, Path, null, stop),
        (answer, _, output) =>
        {
            var faults = JsonSerializer.Deserialize(answer!, ControlJson.Context.ImmutableArrayFaultAnswer);
            if (faults.IsEmpty)
            {
                return output.WriteLineAsync("no fault acts");
            }

            WriteTable(faults, output);
            return Task.CompletedTask;
        });

    private static Verb CreateRemove(Terminal terminal)
    {
        var name = new Argument<string>("NAME") { HelpName = "NAME", Description = "Name of a fault" };
        return SessionVerb.Create(
            terminal,
            new Verb("remove", "End a fault", "lbtool fault remove latency-b1") { name },
            (session, parsed, stop) => session.SendAsync(HttpMethod.Delete, $"{Path}/{Uri.EscapeDataString(parsed.GetRequiredValue(name))}", null, stop),
            (_, parsed, output) => output.WriteLineAsync($"{parsed.GetRequiredValue(name)} ended"));
    }

    private static Verb CreateClear(Terminal terminal) => SessionVerb.Create(
        terminal,
        new Verb("clear", "End all faults", "lbtool fault clear"),
        (session, _, stop) => session.SendAsync(HttpMethod.Delete, Path, null, stop),
        (_, _, output) => output.WriteLineAsync("every fault has ended"));

    private static JsonNode Target(string text) => text.Split(',') is { Length: > 1 } names
        ? new JsonArray([.. names.Select(name => (JsonNode)name.Trim())])
        : text;

    private static void Add(JsonObject body, string key, string? text, Func<string, JsonObject> read)
    {
        if (text is not null)
        {
            body[key] = body.ContainsKey(key) ? throw Failure.Word($"{key}: is given twice; give one of TOXIC and --toxic") : read(text);
        }
    }

    // A toxic is called by its type; the value beside that is the attribute that makes it what it is.
    private static JsonObject SimpleToxic(string text)
    {
        var fields = Fields.Parse("TOXIC", text);
        var (type, value) = fields[0];
        var row = ToxicTable.Find(type) ?? throw Failure.Word(
            $"unknown toxic '{type}'{(Suggestions.Closest(type, ToxicTable.All.Select(row => row.Name)) is { } near ? $"; did you mean '{near}'?" : ";")} known: {string.Join(", ", ToxicTable.All.Select(row => row.Name))}");
        var main = row.Attributes.Select(attribute => attribute.Name).FirstOrDefault(name => name == type) ?? row.Attributes.FirstOrDefault()?.Name
            ?? throw Failure.Word($"the toxic {type} has no attributes: write --toxic type={type}");
        return fields[1..].FirstOrDefault(field => field.Name == main || field.Name == "type") is { Name: { } twice }
            ? throw Fields.Twice("TOXIC", text, twice)
            : Fields.Of([("type", type), (main, value), .. fields[1..]]);
    }

    private static void AddAction(JsonObject body, string? text)
    {
        if (text?.Split(',', 2) is not [var action, .. var needs])
        {
            return;
        }

        body["action"] = action;
        var row = ActionTable.Find(action);
        foreach (var (name, value) in needs.SelectMany(need => Fields.Parse("--action", need)))
        {
            // Whom, how long and by which name are said elsewhere; an unknown action is the session's to refuse.
            body[name] = row is null || row.Takes.Contains(name) ? value : throw Failure.Word(
                $"--action '{text}': {action} takes no {name}{(row.Takes is [] ? "" : $"; it takes {string.Join(", ", row.Takes)}")}");
        }
    }
}
