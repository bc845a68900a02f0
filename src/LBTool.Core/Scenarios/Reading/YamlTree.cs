using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>
/// Turns YAML (and so JSON) text into nodes. It stands on YamlDotNet's parser and not on its <c>YamlStream</c>, because
/// that gives up at the first duplicate key and has no limit on depth: here duplicates are collected with all other
/// problems, and no input can overflow the stack or grow by its aliases.
/// </summary>
internal sealed class YamlTree
{
    public const int LongestText = 1_000_000;
    private const int DeepestNesting = 32;
    private const int MostNodes = 100_000;

    private readonly string _text;
    private readonly Parser _parser;
    private readonly Problems _problems;
    private readonly Dictionary<AnchorName, Anchored> _anchors = [];
    private int _nodes;

    private YamlTree(string text, Problems problems)
    {
        _text = text;
        _parser = new Parser(new StringReader(text));
        _problems = problems;
    }

    /// <summary>The root of the only document; null when there is none, which has then been reported.</summary>
    public static Node? Read(string text, string rootLabel, Problems problems)
    {
        if (text.Length > LongestText)
        {
            problems.Add(new Place(1, 1), $"the file is too large: more than {LongestText:N0} characters");
            return null;
        }

        if (text.AsSpan().IndexOfAny('\0', '\uFFFF') is >= 0 and var at)
        {
            problems.Add(PlaceIn(text, at), "not a text file in UTF-8: no text has what is here; save the scenario in UTF-8, or name another file");
            return null;
        }

        var tree = new YamlTree(text, problems);
        try
        {
            return tree.ReadDocument(rootLabel);
        }
        catch (YamlException error)
        {
            var place = tree.PlaceOf(error);
            problems.Add(place, error.Message.Contains("<document end>", StringComparison.Ordinal)
                ? "the scenario is complete before this; remove what follows it, or look for a bracket that is closed too early"
                : $"not valid YAML: {Lower(error.Message)}{tree.Hint(place)}");
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // YamlDotNet answers some malformed input with these and not with its own exception.
            problems.Add(tree.Here(), "not valid YAML from here on: look for a bracket or a quote that is not closed" + tree.Hint(tree.Here()));
            return null;
        }
    }

    private Node? ReadDocument(string rootLabel)
    {
        Next<StreamStart>();
        if (Next() is not DocumentStart)
        {
            _problems.Add(new Place(1, 1), "the file is empty; to start from an example: lbtool scenarios show slow-backend");
            return null;
        }

        var root = Build(rootLabel, 1).Node;
        Next<DocumentEnd>();
        if (Next() is DocumentStart second)
        {
            _problems.Add(At(second.Start), "a second document begins here; a scenario is one document");
            return null;
        }

        return root;
    }

    // Returns the node with the number of levels in it, which an alias brings along.
    private Anchored Build(string label, int depth)
    {
        var start = Next();
        if (depth > DeepestNesting)
        {
            throw new YamlException(start.Start, start.End, $"Nested deeper than {DeepestNesting} levels");
        }

        Count(1, start);
        if (start is AnchorAlias alias)
        {
            return Follow(alias, depth);
        }

        // The parser lets some malformed input through as events that do not nest.
        if (start is not NodeEvent head)
        {
            throw new YamlException(start.Start, start.End, "A value is missing here");
        }

        RefuseTag(head);
        var before = _nodes;
        var (node, height) = start switch
        {
            Scalar scalar => (new TextNode(At(scalar.Start), label, scalar.Value, scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted), 1),
            SequenceStart => BuildList(At(start.Start), label, depth),
            _ => BuildMap(At(start.Start), label, depth),
        };
        var built = new Anchored(node, height, _nodes - before + 1);
        if (!head.Anchor.IsEmpty)
        {
            _anchors[head.Anchor] = built;
        }

        return built;
    }

    private (Node Node, int Height) BuildList(Place place, string label, int depth)
    {
        var items = ImmutableArray.CreateBuilder<Node>();
        var height = 0;
        while (!Ends<SequenceEnd>())
        {
            var item = Build(label, depth + 1);
            items.Add(item.Node);
            height = Math.Max(height, item.Height);
        }

        return (new ListNode(place, label, items.ToImmutable()), height + 1);
    }

    private (Node Node, int Height) BuildMap(Place place, string label, int depth)
    {
        var entries = ImmutableArray.CreateBuilder<Entry>();
        var first = new Dictionary<string, Place>();
        var height = 0;
        while (!Ends<MappingEnd>())
        {
            var key = Build(label, depth + 1).Node;
            var value = Build(key is TextNode named ? named.Text : label, depth + 1);
            height = Math.Max(height, value.Height);
            if (key is not TextNode text)
            {
                _problems.Add(key, $"a key is plain text, not {key.Found}");
            }
            else if (!first.TryAdd(text.Text, text.Place))
            {
                _problems.Add(text.Place, $"duplicate key {TextNode.Quote(text.Text)}; it is already given on line {first[text.Text].Line}");
            }
            else
            {
                entries.Add(new Entry(text, value.Node));
            }
        }

        return (new MapNode(place, label, entries.ToImmutable()), height + 1);
    }

    private Anchored Follow(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value, out var target))
        {
            throw new YamlException(alias.Start, alias.End, $"The alias *{alias.Value} refers to no anchor that is complete before it");
        }

        if (depth + target.Height > DeepestNesting)
        {
            throw new YamlException(alias.Start, alias.End, $"Nested deeper than {DeepestNesting} levels");
        }

        Count(target.Size, alias);
        return target;
    }

    private void Count(int nodes, ParsingEvent at)
    {
        _nodes += nodes;
        if (_nodes > MostNodes)
        {
            throw new YamlException(at.Start, at.End, $"More than {MostNodes:N0} values, aliases followed");
        }
    }

    private static void RefuseTag(NodeEvent start)
    {
        if (!start.Tag.IsEmpty)
        {
            throw new YamlException(start.Start, start.End, $"The tag {start.Tag} has no meaning here; remove it");
        }
    }

    private bool Ends<T>() where T : ParsingEvent => _parser.TryConsume<T>(out _);

    private void Next<T>() where T : ParsingEvent => _parser.Consume<T>();

    private ParsingEvent Next() => _parser.Consume<ParsingEvent>();

    private Place Here() => _parser.Current is { } current ? At(current.Start) : new Place(1, 1);

    // The scanner's error about a tab in the indentation carries no place.
    private Place PlaceOf(YamlException error)
    {
        var tab = Array.FindIndex(_text.Split('\n'), line => line.TrimStart(' ').StartsWith('\t'));
        return error.Start.Index > 0 ? At(error.Start)
            : tab >= 0 && error.Message.Contains("tab", StringComparison.Ordinal) ? new Place(tab + 1, 1)
            : Here();
    }

    private string Hint(Place place) =>
        _text.Split('\n').ElementAtOrDefault(place.Line - 1)?.Contains("${", StringComparison.Ordinal) is true
            ? "; inside { } and [ ] a variable needs quotes: \"${name}\""
            : "";

    private static Place PlaceIn(string text, int index) =>
        new(text.AsSpan(0, index).Count('\n') + 1, index - text.LastIndexOf('\n', index));

    private static Place At(Mark mark) => new((int)mark.Line, (int)mark.Column);

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..].TrimEnd('.');

    /// <summary>A node, its levels, and the nodes in it.</summary>
    private readonly record struct Anchored(Node Node, int Height, int Size);
}
