using System.Collections.Immutable;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>One key of a map: its name, meaning, default and shape.</summary>
/// <param name="name">As written.</param>
/// <param name="description">What it means; begins in lower case, without a full stop at its end.</param>
/// <param name="isRequired">Whether the map needs it.</param>
/// <param name="defaultText">What is read when it is not written, as it would be written; null for nothing.</param>
/// <param name="absent">With no default: what it means to leave it out.</param>
internal abstract class Key(string name, string description, bool isRequired, string? defaultText, string absent)
{
    public string Name => name;

    public string Description => description;

    public bool IsRequired => isRequired;

    public string? DefaultText => defaultText;

    public string Absent => absent;

    public abstract Shape Shape { get; }

    /// <summary>The same key where something is changed that exists: leaving it out changes nothing.</summary>
    public abstract Key Kept { get; }

    /// <summary>A key that must be written.</summary>
    public static Key<T> Required<T>(string name, Shape<T> shape, string description) =>
        new(name, shape, description, isRequired: true);

    /// <summary>A key that may be left out, and what is then read in its place.</summary>
    public static Key<T> Default<T>(string name, Shape<T> shape, string defaultText, string description) =>
        new(name, shape, description, defaultText: defaultText);

    /// <summary>A key that may be left out, and what that means.</summary>
    public static Key<T> Optional<T>(string name, Shape<T> shape, string absent, string description) =>
        new(name, shape, description, absent: absent);

    /// <summary>Reads a value; false when it cannot be read.</summary>
    public abstract bool TryRead(Node node, Problems problems, out object? value);

    /// <summary>The default as a node, as if it were written at this place; null when there is none.</summary>
    public Node? DefaultNode(Place place) => defaultText switch
    {
        null => null,
        "{}" => new MapNode(place, name, []),
        "[]" => new ListNode(place, name, []),
        _ => new TextNode(place, name, defaultText),
    };
}

/// <summary>A key whose value becomes a <typeparamref name="T"/>.</summary>
internal sealed class Key<T>(
    string name, Shape<T> shape, string description, bool isRequired = false, string? defaultText = null, string absent = "")
    : Key(name, description, isRequired, defaultText, absent)
{
    public override Shape Shape => shape;

    public override Key Kept => Optional(Name, shape, "stays as it is", Description);

    public override bool TryRead(Node node, Problems problems, out object? value)
    {
        var read = shape.TryRead(node, problems, out var typed);
        value = typed;
        return read;
    }
}

/// <summary>The keys of a map as far as they could be read, for whoever makes something of them.</summary>
internal sealed class Fields(MapNode map, Problems problems)
{
    private readonly Dictionary<Key, (object? Value, Node Node)> _read = [];

    /// <summary>Whether a key that is needed is missing, or one that is there could not be read.</summary>
    public bool Failed { get; private set; }

    /// <summary>The file that is read.</summary>
    public string File => problems.File;

    /// <summary>The value of a key, or its default; of a key without a default, null or zero.</summary>
    public T Get<T>(Key<T> key) => _read.TryGetValue(key, out var found) ? (T)found.Value! : default!;

    /// <summary>The value of a key and its place, if it is written and could be read.</summary>
    public Located<T>? Find<T>(Key<T> key) =>
        IsWritten(key) && _read.TryGetValue(key, out var found) ? new Located<T>((T)found.Value!, found.Node.Place) : null;

    /// <summary>Whether the key stands in the map, readable or not.</summary>
    public bool IsWritten(Key key) => map.Find(key.Name) is not null;

    /// <summary>Whether all of these keys have a value, written or by default.</summary>
    public bool Have(params ReadOnlySpan<Key> keys)
    {
        foreach (var key in keys)
        {
            if (!_read.ContainsKey(key))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Something is wrong with the value of a key, or with its absence.</summary>
    public void Report(Key key, string message) => Fail((map.Find(key.Name) ?? map).Place, $"{key.Name}: {message}");

    /// <summary>Something is wrong with the map, at a place in it.</summary>
    public void Fail(Place place, string message)
    {
        problems.Add(place, message);
        Failed = true;
    }

    /// <summary>Reads what the map has for each key, or its default.</summary>
    public void Read(ImmutableArray<Key> keys)
    {
        foreach (var key in keys)
        {
            if ((map.Find(key.Name) ?? key.DefaultNode(map.Place)) is not { } node)
            {
                if (key.IsRequired)
                {
                    Report(key, $"missing; it is {key.Shape.Words}");
                }
            }
            else if (key.TryRead(node, problems, out var value))
            {
                _read[key] = (value, node);
            }
            else
            {
                Failed = true;
            }
        }
    }
}
