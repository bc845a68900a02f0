using System.Text.Json.Nodes;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>Short ways to write JSON Schema.</summary>
internal static class Json
{
    /// <summary>Where the schema of a <c>${variable}</c> stands.</summary>
    public const string Variable = "#/definitions/variable";

    /// <summary>An array of these.</summary>
    public static JsonArray Array(IEnumerable<JsonNode> items)
    {
        var array = new JsonArray();
        foreach (var item in items)
        {
            array.Add(item);
        }

        return array;
    }

    /// <summary>An array of texts.</summary>
    public static JsonArray Array(IEnumerable<string> items) => Array(items.Select(item => (JsonNode)item));

    /// <summary>One of these texts.</summary>
    public static JsonObject Enum(IEnumerable<string> names) => new() { ["type"] = "string", ["enum"] = Array(names) };

    /// <summary>A text that a pattern matches.</summary>
    public static JsonObject Pattern(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    /// <summary>A number within bounds.</summary>
    public static JsonObject Number(double minimum, double maximum, bool whole = false) => new()
    {
        ["type"] = whole ? "integer" : "number",
        ["minimum"] = minimum,
        ["maximum"] = maximum,
    };
}
