using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>
/// What a value of a scenario may look like. A shape reads a node, and describes itself for messages, for the JSON
/// Schema and for the documentation, so that these cannot differ.
/// </summary>
internal abstract class Shape
{
    /// <summary>What is expected, in words: <c>a duration such as 250ms</c>.</summary>
    public abstract string Words { get; }

    /// <summary>The shapes within, each with how its place is written behind this one's: <c>[]</c> for an item.</summary>
    public virtual IEnumerable<(string Suffix, Shape Shape)> Parts => [];

    /// <summary>The keys that a map may have; where only one variant of it has a key, with that variant's name.</summary>
    public virtual IEnumerable<(string? Variant, Key Key)> Keys => [];

    /// <summary>The same, as JSON Schema.</summary>
    public abstract JsonObject Schema();

    /// <summary>A schema that accepts what any of these does.</summary>
    protected static JsonObject AnyOf(IEnumerable<JsonObject> schemas) => new() { ["anyOf"] = Json.Array(schemas) };
}

/// <summary>A shape whose values become a <typeparamref name="T"/>.</summary>
internal abstract class Shape<T> : Shape
{
    /// <summary>Reads a node. False when it cannot be read, and then something has been reported.</summary>
    public abstract bool TryRead(Node node, Problems problems, [MaybeNullWhen(false)] out T value);

    /// <summary>Reports that the node is something else; returns false, for the caller to return.</summary>
    protected bool Refuse(Node node, Problems problems, [MaybeNull] out T value)
    {
        problems.Add(node, $"expected {Words}; found {node.Found}");
        value = default;
        return false;
    }
}
