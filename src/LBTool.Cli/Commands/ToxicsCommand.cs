using System.CommandLine;
using System.Text.Json;
using LBTool.Core.Faults;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool toxics</c>: all that a fault can do, to a connection, a request or a process, with an example of each.</summary>
internal static class ToxicsCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal) =>
        ListVerb.Create(
            terminal,
            new Verb("toxics", "List what a fault can do: toxics on connections, HTTP faults on requests, actions on backends",
                "lbtool toxics", "lbtool toxics --format json"),
            "table",
            WriteTextAsync,
            WriteJson);

    private static async Task WriteTextAsync(TextWriter output)
    {
        await output.WriteLineAsync("TOXICS, on connections\n");
        foreach (var row in ToxicTable.All)
        {
            await WriteAsync(output, row.Name, row.Description,
                [.. row.Attributes.Select(attribute => $"attribute   {attribute.Name} = 0, in {Unit(attribute.Unit)}: {attribute.Description}")],
                $"toxic: {row.Example}");
        }

        await output.WriteLineAsync("HTTP FAULTS, on requests; each takes percent = 100%, path and method\n");
        foreach (var row in HttpFaultTable.All)
        {
            await WriteAsync(output, row.Name, row.Description, [$"value       {row.Value}"], $"http: {{ {row.Example}, percent: 10% }}");
        }

        await output.WriteLineAsync("ACTIONS, on the process of a backend\n");
        foreach (var row in ActionTable.All)
        {
            await WriteAsync(output, row.Name, row.Description, [], Example(row));
        }
    }

    private static async Task WriteAsync(TextWriter output, string name, string does, string[] details, string example)
    {
        await output.WriteLineAsync(name);
        await output.WriteLineAsync($"  does        {does}");
        foreach (var detail in details)
        {
            await output.WriteLineAsync($"  {detail}");
        }

        await output.WriteLineAsync($"  scenario    {example}");
        await output.WriteLineAsync();
    }

    private static void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var row in ToxicTable.All)
        {
            WriteJson(json, "toxic", row.Name, row.Description, $"toxic: {row.Example}", () => WriteAttributes(json, row));
        }

        foreach (var row in HttpFaultTable.All)
        {
            WriteJson(json, "http", row.Name, row.Description, $"http: {{ {row.Example} }}", () => json.WriteString("value", row.Value));
        }

        foreach (var row in ActionTable.All)
        {
            WriteJson(json, "action", row.Name, row.Description, Example(row), () => { });
        }

        json.WriteEndArray();
    }

    private static void WriteJson(Utf8JsonWriter json, string kind, string name, string description, string example, Action details)
    {
        json.WriteStartObject();
        json.WriteString("kind", kind);
        json.WriteString("name", name);
        json.WriteString("description", description);
        details();
        json.WriteString("example", example);
        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, ToxicRow row)
    {
        json.WriteStartArray("attributes");
        foreach (var attribute in row.Attributes)
        {
            json.WriteStartObject();
            json.WriteString("name", attribute.Name);
            json.WriteString("unit", Unit(attribute.Unit));
            json.WriteNumber("default", 0);
            json.WriteString("description", attribute.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Example(ActionRow row) => $"action: {row.Name}{(row.Needs is { } key ? $", {key}: 1" : "")}";

    private static string Unit(ToxicUnit unit) => unit switch
    {
        ToxicUnit.Milliseconds => "ms",
        ToxicUnit.Microseconds => "us",
        ToxicUnit.KilobytesPerSecond => "KB/s",
        ToxicUnit.Bytes => "bytes",
        _ => "0 to 1",
    };
}
