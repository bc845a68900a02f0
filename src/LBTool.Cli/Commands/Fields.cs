using System.Text.Json.Nodes;

namespace LBTool.Cli.Commands;

/// <summary>The body of a request, made of what a command line says. Values are texts: the session reads them as a scenario's.</summary>
internal static class Fields
{
    /// <summary>An object with those of these fields that have a value.</summary>
    public static JsonObject Of(params IEnumerable<(string Name, string? Value)> fields) => new(
        fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create<string, JsonNode?>(field.Name, field.Value)));

    /// <summary>
    /// An object as it is written in one word: <c>type=latency,latency=200ms</c>. What is in a map has the map's name
    /// before it: <c>status.code=503,status.retry_after=2s</c>.
    /// </summary>
    /// <exception cref="Failure">A part has no <c>=</c>, or is there twice.</exception>
    public static JsonObject Read(string option, string text)
    {
        var fields = Parse(option, text);
        var body = Of(fields.Where(field => !field.Name.Contains('.')));
        foreach (var map in fields.Where(field => field.Name.Contains('.')).GroupBy(field => field.Name.Split('.')[0]))
        {
            var inner = Of(map.Select(field => (field.Name[(map.Key.Length + 1)..], field.Value)));
            if (!body.TryAdd(map.Key, inner))
            {
                throw Twice(option, text, map.Key);
            }
        }

        return body;
    }

    /// <summary>Fields as they are written in one word: <c>type=latency,latency=200ms</c>.</summary>
    /// <exception cref="Failure">A part has no <c>=</c>, or is there twice.</exception>
    public static (string Name, string? Value)[] Parse(string option, string text)
    {
        (string Name, string? Value)[] fields = [.. text.Split(',').Select(part =>
            part.Split('=', 2) is [{ Length: > 0 } name, var value]
                ? (name.Trim(), (string?)value.Trim())
                : throw Failure.Word($"{option} '{text}': '{part}' must be NAME=VALUE"))];
        return fields.GroupBy(field => field.Name).FirstOrDefault(same => same.Count() > 1) is { Key: var name }
            ? throw Twice(option, text, name)
            : fields;
    }

    /// <summary>That a field is there twice.</summary>
    public static Failure Twice(string option, string text, string name) =>
        Failure.Word($"{option} '{text}': {name} is there twice; give it once");
}
