using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>One of a table's names.</summary>
/// <param name="kind">What the names are names of: <c>algorithm</c>.</param>
/// <param name="rows">The names of each value, the one to show first.</param>
/// <param name="comparer">Whether case matters; by default it does.</param>
internal sealed class Choice<T>(
    string kind, ImmutableArray<(ImmutableArray<string> Names, T Value)> rows, StringComparer? comparer = null) : Shape<T>
{
    private readonly StringComparer _comparer = comparer ?? StringComparer.Ordinal;

    /// <summary>A choice of values with one name each.</summary>
    public Choice(string kind, params (string Name, T Value)[] rows)
        : this(kind, [.. rows.Select(row => (ImmutableArray.Create(row.Name), row.Value))])
    {
    }

    public override string Words => string.Join(" or ", rows.Select(row => string.Join("/", row.Names)));

    private IEnumerable<string> AllNames => rows.SelectMany(row => row.Names);

    /// <summary>The same choice with these values only.</summary>
    public Choice<T> Only(Func<T, bool> kept) => new(kind, [.. rows.Where(row => kept(row.Value))], comparer);

    public override JsonObject Schema() =>
        AnyOf([Json.Enum(AllNames), new JsonObject { ["$ref"] = Json.Variable }]);

    public override bool TryRead(Node node, Problems problems, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not TextNode { IsNothing: false } text)
        {
            return Refuse(node, problems, out value);
        }

        foreach (var row in rows)
        {
            if (row.Names.Contains(text.Text.Trim(), _comparer) && !text.Broken)
            {
                value = row.Value;
                return true;
            }
        }

        if (!text.Broken)
        {
            problems.AddUnknown(text.Place, kind, text.Text, AllNames, label: text.Label);
        }

        return false;
    }
}

/// <summary>How an unknown name is reported, whatever it is a name of.</summary>
internal static class Unknown
{
    /// <summary>The name, the one that was probably meant, and all that there are.</summary>
    public static string Message(string kind, string name, IEnumerable<string> known, string where = "")
    {
        var names = known.ToList();
        var closest = Suggestions.Closest(name, names) is { } near ? $"; did you mean '{near}'?" : ";";
        return $"unknown {kind} {TextNode.Quote(name)}{where}{closest} {(kind == "key" ? "allowed" : "known")}: {(names.Count == 0 ? "none" : string.Join(", ", names))}";
    }
}
