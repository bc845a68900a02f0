using System.Collections.Immutable;
using System.Text.Json;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>
/// Turns JSON into the nodes that <see cref="YamlTree"/> makes of YAML, so that the tables of a scenario read both.
/// Nodes have no place: a body of a request has no lines to point at. A key whose value is null is as good as absent.
/// </summary>
internal static class JsonTree
{
    private const int DeepestNesting = 32;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = DeepestNesting };

    /// <summary>The value as it is; null when the text is no JSON, which has then been reported.</summary>
    public static JsonElement? Parse(ReadOnlyMemory<byte> json, Problems problems)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            problems.Add(default(Place), $"not valid JSON: {error.Message}");
            return null;
        }
    }

    /// <summary>The node of a value; null when a text in it is no Unicode, which has then been reported.</summary>
    public static Node? Read(JsonElement json, string rootLabel, Problems problems)
    {
        try
        {
            return NodeOf(json, rootLabel, problems);
        }
        catch (InvalidOperationException)
        {
            problems.Add(default(Place), "not valid JSON: a text in it is not valid Unicode");
            return null;
        }
    }

    private static Node NodeOf(JsonElement json, string label, Problems problems) => json.ValueKind switch
    {
        JsonValueKind.Object => new MapNode(default, label, Entries(json, problems)),
        JsonValueKind.Array => new ListNode(default, label, [.. json.EnumerateArray().Select(item => NodeOf(item, label, problems))]),
        JsonValueKind.String => new TextNode(default, label, json.GetString()!, Quoted: true),
        JsonValueKind.Null => new TextNode(default, label, ""),
        _ => new TextNode(default, label, json.GetRawText()),
    };

    private static ImmutableArray<Entry> Entries(JsonElement json, Problems problems)
    {
        var names = new HashSet<string>();
        var entries = ImmutableArray.CreateBuilder<Entry>();
        foreach (var property in json.EnumerateObject())
        {
            var name = property.Name;
            if (!names.Add(name))
            {
                problems.Add(default(Place), $"duplicate key {TextNode.Quote(name)}");
            }
            else if (property.Value.ValueKind != JsonValueKind.Null)
            {
                entries.Add(new Entry(new TextNode(default, name, name, Quoted: true), NodeOf(property.Value, name, problems)));
            }
        }

        return entries.ToImmutable();
    }
}
