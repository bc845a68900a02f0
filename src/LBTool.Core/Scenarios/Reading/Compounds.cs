using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>A list of items of one shape.</summary>
internal sealed class ListShape<T>(Shape<T> item, int atLeast = 0, int atMost = 1000) : Shape<ImmutableArray<T>>
{
    public override string Words => "a list, each item " + item.Words;

    public override IEnumerable<(string Suffix, Shape Shape)> Parts => [("[]", item)];

    /// <summary>Reads every item; false when one of them cannot be read, with those that can.</summary>
    public override bool TryRead(Node node, Problems problems, out ImmutableArray<T> value)
    {
        value = [];
        if (node is not ListNode list)
        {
            return Refuse(node, problems, out value);
        }

        if (list.Items.Length < atLeast || list.Items.Length > atMost)
        {
            problems.Add(list, $"expected {atLeast} … {atMost} items; found {list.Items.Length}");
            return false;
        }

        var items = ImmutableArray.CreateBuilder<T>();
        foreach (var child in list.Items)
        {
            if (item.TryRead(child, problems, out var read))
            {
                items.Add(read);
            }
        }

        value = items.ToImmutable();
        return value.Length == list.Items.Length;
    }

    public override JsonObject Schema() => new()
    {
        ["type"] = "array",
        ["items"] = item.Schema(),
        ["minItems"] = atLeast,
        ["maxItems"] = atMost,
    };
}

/// <summary>A map with names of the writer's choice, in the order written.</summary>
internal sealed class NamedShape<T>(string nameWords, Shape<string> name, string namePattern, Shape<T> item, int atMost = 1000, int atLeast = 0)
    : Shape<ImmutableArray<(Located<string> Name, T Value)>>
{
    public override string Words => $"a map from {nameWords} to {item.Words}";

    public override IEnumerable<(string Suffix, Shape Shape)> Parts => [(".NAME", item)];

    public override bool TryRead(Node node, Problems problems, out ImmutableArray<(Located<string> Name, T Value)> value)
    {
        value = [];
        if (node is not MapNode map)
        {
            return Refuse(node, problems, out value);
        }

        if (map.Entries.Length > atMost || map.Entries.Length < atLeast)
        {
            problems.Add(map, $"expected at {(map.Entries.Length > atMost ? $"most {atMost}" : $"least {atLeast}")} entries; found {map.Entries.Length}");
            return false;
        }

        var items = ImmutableArray.CreateBuilder<(Located<string>, T)>();
        foreach (var entry in map.Entries)
        {
            // Both are read, so that both are reported.
            if (name.TryRead(entry.Key, problems, out var key) & item.TryRead(entry.Value, problems, out var read))
            {
                items.Add((new Located<string>(key!, entry.Key.Place), read!));
            }
        }

        value = items.ToImmutable();
        return value.Length == map.Entries.Length;
    }

    public override JsonObject Schema()
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["patternProperties"] = new JsonObject { [namePattern] = item.Schema() },
            ["maxProperties"] = atMost,
        };
        if (atLeast > 0)
        {
            schema["minProperties"] = atLeast;
        }

        return schema;
    }
}

/// <summary>A value that may be written in several ways, told apart by whether it is a text, a list or a map.</summary>
internal sealed class EitherShape<T>(Shape<T>? text = null, Shape<T>? list = null, Shape<T>? map = null) : Shape<T>
{
    private IEnumerable<Shape<T>> Shapes => new[] { text, map, list }.OfType<Shape<T>>();

    public override string Words => string.Join(", or ", Shapes.Select(shape => shape.Words));

    public override IEnumerable<(string Suffix, Shape Shape)> Parts => Shapes.Select(shape => ("", (Shape)shape));

    public override bool TryRead(Node node, Problems problems, [MaybeNullWhen(false)] out T value)
    {
        var shape = node switch { MapNode => map, ListNode => list, TextNode { IsNothing: false } => text, _ => null };
        return shape is null ? Refuse(node, problems, out value) : shape.TryRead(node, problems, out value);
    }

    public override JsonObject Schema() => AnyOf(Shapes.Select(shape => shape.Schema()));
}

/// <summary>The same values, made into something else.</summary>
internal sealed class MappedShape<TFrom, T>(Shape<TFrom> from, Func<TFrom, T> map) : Shape<T>
{
    public override string Words => from.Words;

    public override IEnumerable<(string Suffix, Shape Shape)> Parts => [("", from)];

    public override bool TryRead(Node node, Problems problems, [MaybeNullWhen(false)] out T value)
    {
        var read = from.TryRead(node, problems, out var source);
        value = read ? map(source!) : default;
        return read;
    }

    public override JsonObject Schema() => from.Schema();
}

/// <summary>The same values, each with its place.</summary>
internal sealed class LocatedShape<T>(Shape<T> item) : Shape<Located<T>>
{
    public override string Words => item.Words;

    public override IEnumerable<(string Suffix, Shape Shape)> Parts => [("", item)];

    public override bool TryRead(Node node, Problems problems, [MaybeNullWhen(false)] out Located<T> value)
    {
        var place = node is TextNode text ? text.FirstCharacter : node.Place;
        value = item.TryRead(node, problems, out var read) ? new Located<T>(read, place) : null;
        return value is not null;
    }

    public override JsonObject Schema() => item.Schema();
}
