using System.Text.Json.Nodes;

namespace LBTool.Cli.Commands;

/// <summary>The body of a request, made of what a command line says. Values are texts: the session reads them as a scenario's.</summary>
internal static class Fields
{
    /// <summary>An object with those of these fields that have a value.</summary>
    public static JsonObject Of(params IEnumerable<(string Name, string? Value)> fields) => new(
        fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create<string, JsonNode?>(field.Name, field.Value)));

    /// <summary>Fields as they are written in one word: <c>type=latency,latency=200ms</c>.</summary>
    /// <exception cref="Failure">A part has no <c>=</c>, or two have the same name.</exception>
    public static (string Name, string? Value)[] Parse(string option, string text)
    {
        (string Name, string? Value)[] fields =
        [
            .. text.Split(',').Select(part => part.Split('=', 2) is [{ Length: > 0 } name, var value]
                ? (name.Trim(), value.Trim())
                : throw Failure.Usage($"{option} '{text}': '{part}' must be NAME=VALUE")),
        ];
        return fields.GroupBy(field => field.Name).FirstOrDefault(same => same.Count() > 1) is { Key: var twice }
            ? throw Failure.Usage($"{option} '{text}': {twice} is given twice")
            : fields;
    }
}
