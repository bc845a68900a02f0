using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LBTool.Core.Scenarios.Keys;

namespace LBTool.Core.Scenarios;

/// <summary>
/// The JSON Schema of scenarios, for editors: made from the tables that <see cref="ScenarioReader"/> reads by. Draft 7,
/// which the YAML language server knows best. It knows shapes; names, times and arithmetic are the reader's alone.
/// </summary>
public static class ScenarioSchema
{
    /// <summary>The schema, indented, with a line end at its end.</summary>
    public static string ToJson()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "lbtool scenario",
            ["definitions"] = new JsonObject
            {
                ["variable"] = new JsonObject
                {
                    ["type"] = "string",
                    ["pattern"] = @"\$\{[A-Za-z][A-Za-z0-9_-]*\}",
                    ["description"] = "A text with a variable in it",
                },
            },
        };
        foreach (var (name, value) in ScenarioKeys.Scenario.Schema().ToList())
        {
            schema[name] = value?.DeepClone();
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }))
        {
            schema.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
