using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>A map with known keys.</summary>
/// <param name="keys">All keys that it may have.</param>
/// <param name="build">Makes a value of the fields; null when something that it needs could not be read.</param>
/// <param name="exactlyOne">Keys of which a map has exactly one; empty for no such rule.</param>
internal sealed class MapShape<T>(
    ImmutableArray<Key> keys, Func<Fields, T?> build, params ImmutableArray<Key> exactlyOne) : Shape<T>
    where T : class
{
    public override string Words => $"a map {{{string.Join(", ", keys.Select(key => key.Name))}}}";

    public override IEnumerable<(string? Variant, Key Key)> Keys => keys.Select(key => ((string?)null, key));

    public override IEnumerable<(string Suffix, Shape Shape)> Parts => keys.Select(key => ("." + key.Name, key.Shape));

    public override bool TryRead(Node node, Problems problems, [MaybeNullWhen(false)] out T value)
    {
        if (node is not MapNode map)
        {
            return Refuse(node, problems, out value);
        }

        foreach (var entry in map.Entries.Where(entry => !keys.Any(key => key.Name == entry.Key.Text)))
        {
            problems.AddUnknown(entry.Key.Place, "key", entry.Key.Text, keys.Select(key => key.Name), $" in {map.Label}");
        }

        var fields = new Fields(map, problems);
        fields.Read(keys);
        CheckExactlyOne(map, fields);
        value = build(fields);
        return value is not null;
    }

    public override JsonObject Schema()
    {
        var properties = new JsonObject();
        foreach (var key in keys)
        {
            properties[key.Name] = Property(key);
        }

        var schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (keys.Any(key => key.IsRequired))
        {
            schema["required"] = Json.Array(keys.Where(key => key.IsRequired).Select(key => key.Name));
        }

        if (!exactlyOne.IsEmpty)
        {
            schema["oneOf"] = Json.Array(exactlyOne.Select(key => new JsonObject { ["required"] = Json.Array([key.Name]) }));
        }

        return schema;
    }

    private void CheckExactlyOne(MapNode map, Fields fields)
    {
        var written = exactlyOne.Where(fields.IsWritten).ToList();
        if (exactlyOne.IsEmpty || written.Count == 1)
        {
            return;
        }

        var rule = $"{map.Label}: needs exactly one of {string.Join(", ", exactlyOne.Select(key => key.Name))}; ";
        if (written.Count == 0)
        {
            fields.Fail(map.Place, rule + "there is none");
        }
        else
        {
            var second = map.Entries.First(entry => entry.Key.Text == written[1].Name).Key;
            fields.Fail(second.Place, rule + $"there are {string.Join(" and ", written.Select(key => key.Name))}");
        }
    }

    private static JsonObject Property(Key key)
    {
        var schema = key.Shape.Schema();
        schema["description"] = key.Description;
        if (key.DefaultText is { } text)
        {
            schema["default"] = text switch
            {
                "{}" => new JsonObject(),
                "[]" => new JsonArray(),
                "true" or "false" => text == "true",
                _ => long.TryParse(text, out var number) ? number : text,
            };
        }

        return schema;
    }
}

/// <summary>Makes map shapes.</summary>
internal static class Map
{
    /// <summary>A map that is made of all its keys, or not at all.</summary>
    /// <param name="keys">All keys that it may have.</param>
    /// <param name="build">Makes the value; every key can be read.</param>
    /// <param name="check">Reports what no key alone can know; some keys may not be readable.</param>
    /// <param name="exactlyOne">Keys of which a map has exactly one; empty for no such rule.</param>
    public static MapShape<T> Of<T>(
        ImmutableArray<Key> keys, Func<Fields, T> build, Action<Fields>? check = null, ImmutableArray<Key>? exactlyOne = null)
        where T : class => new(keys, fields =>
        {
            check?.Invoke(fields);
            return fields.Failed ? null : build(fields);
        }, exactlyOne ?? []);
}
