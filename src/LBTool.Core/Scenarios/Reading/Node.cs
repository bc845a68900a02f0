using System.Collections.Immutable;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>A place in a file; both count from 1.</summary>
internal readonly record struct Place(int Line, int Column);

/// <summary>A value, and where it was written.</summary>
internal sealed record Located<T>(T Value, Place Place);

/// <summary>A piece of a YAML document. Its label is the key that it stands under, for messages.</summary>
internal abstract record Node(Place Place, string Label)
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Found { get; }
}

/// <summary>
/// A scalar. A broken one has been reported already (an undefined variable): it is read as nothing, without a word.
/// </summary>
internal sealed record TextNode(Place Place, string Label, string Text, bool Quoted = false, bool Broken = false)
    : Node(Place, Label)
{
    private const int LongestShown = 60;

    /// <summary>Whether it is YAML's null: <c>key:</c> with nothing after it.</summary>
    public bool IsNothing => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>Where its first character stands, behind the quote if there is one.</summary>
    public Place FirstCharacter => Quoted ? Place with { Column = Place.Column + 1 } : Place;

    public override string Found => IsNothing ? "nothing" : Quote(Text);

    /// <summary>A text in quotes on one line, cut when it is long.</summary>
    public static string Quote(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= LongestShown ? $"'{line}'" : $"'{line[..LongestShown]}…'";
    }
}

/// <summary>A sequence.</summary>
internal sealed record ListNode(Place Place, string Label, ImmutableArray<Node> Items) : Node(Place, Label)
{
    public override string Found => "a list";
}

/// <summary>A mapping; no key occurs twice.</summary>
internal sealed record MapNode(Place Place, string Label, ImmutableArray<Entry> Entries) : Node(Place, Label)
{
    public override string Found => "a map";

    /// <summary>The value under <paramref name="key"/>, or null.</summary>
    public Node? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;

    /// <summary>The same with this entry, in the place of the one with the same key if there is one.</summary>
    public MapNode With(Entry entry)
    {
        var at = Entries.TakeWhile(other => other.Key.Text != entry.Key.Text).Count();
        return this with { Entries = at < Entries.Length ? Entries.SetItem(at, entry) : Entries.Add(entry) };
    }

    /// <summary>The same without that key.</summary>
    public MapNode Without(string key) => this with { Entries = [.. Entries.Where(entry => entry.Key.Text != key)] };
}

/// <summary>One line of a mapping.</summary>
internal sealed record Entry(TextNode Key, Node Value);
