using System.CommandLine;
using System.Text.Json;
using LBTool.Core.Faults;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool toxics</c>: the table of toxics, with attributes, units and an example of each.</summary>
internal static class ToxicsCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var format = SharedOptions.Format("How the table is written (default: text)");
        var verb = new Verb("toxics", "List the toxics: what can be done to connections, with attributes and units",
            "lbtool toxics", "lbtool toxics --format json")
        {
            format,
        };
        verb.SetAction(async (parsed, _) =>
        {
            await (parsed.GetValue(format) == OutputFormat.Json
                ? JsonOutput.WriteAsync(terminal.Output, WriteJson)
                : WriteTextAsync(terminal.Output));
            return ExitCodes.Passed;
        });
        return verb;
    }

    private static async Task WriteTextAsync(TextWriter output)
    {
        foreach (var row in ToxicTable.All)
        {
            await output.WriteLineAsync(row.Name);
            await output.WriteLineAsync($"  does        {row.Description}");
            foreach (var attribute in row.Attributes)
            {
                await output.WriteLineAsync($"  attribute   {attribute.Name} = 0, in {Unit(attribute.Unit)}: {attribute.Description}");
            }

            await output.WriteLineAsync($"  scenario    toxic: {row.Example}");
            await output.WriteLineAsync();
        }
    }

    private static void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var row in ToxicTable.All)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Name);
            json.WriteString("description", row.Description);
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
            json.WriteString("example", row.Example);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Unit(ToxicUnit unit) => unit switch
    {
        ToxicUnit.Milliseconds => "ms",
        ToxicUnit.Microseconds => "us",
        ToxicUnit.KilobytesPerSecond => "KB/s",
        ToxicUnit.Bytes => "bytes",
        _ => "0 to 1",
    };
}
