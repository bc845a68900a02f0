using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>A map in which one key names a row of a table, and that row says which other keys there are.</summary>
/// <param name="chooserName">The key that names the row.</param>
/// <param name="description">What that key means.</param>
/// <param name="rows">The rows and their names.</param>
/// <param name="common">Keys that every row has.</param>
/// <param name="variants">For each row its first name and the keys of its own.</param>
/// <param name="build">Makes the value; every key of the row can be read.</param>
internal sealed class VariantShape<TRow, T>(
    string chooserName,
    string description,
    Choice<TRow> rows,
    ImmutableArray<Key> common,
    ImmutableArray<(TRow Row, string Name, ImmutableArray<Key> Keys)> variants,
    Func<TRow, ImmutableArray<Key>, Fields, T> build) : Shape<T>
    where TRow : class
    where T : class
{
    private readonly ImmutableArray<(TRow Row, MapShape<T> Map)> _maps =
    [
        .. variants.Select(variant => (variant.Row, Map.Of<T>(
            [Key.Required(chooserName, rows.Only(row => row == variant.Row), description), .. common, .. variant.Keys],
            fields => build(variant.Row, variant.Keys, fields)))),
    ];

    public override string Words => $"a map {{{string.Join(", ", common.Select(key => key.Name).Prepend(chooserName))}, …}}";

    public override IEnumerable<(string? Variant, Key Key)> Keys =>
    [
        (null, Key.Required(chooserName, rows, description)),
        .. common.Select(key => ((string?)null, key)),
        .. variants.SelectMany(variant => variant.Keys.Select(key => ((string?)variant.Name, key))),
    ];

    public override bool TryRead(Node node, Problems problems, [MaybeNullWhen(false)] out T value)
    {
        value = null;
        if (node is not MapNode map)
        {
            return Refuse(node, problems, out value);
        }

        if (map.Find(chooserName) is not { } chosen)
        {
            problems.Add(map, $"needs {chooserName}: {rows.Words}");
            return false;
        }

        return rows.TryRead(chosen, problems, out var row)
            && _maps.First(variant => variant.Row == row).Map.TryRead(map, problems, out value);
    }

    public override JsonObject Schema() => AnyOf(_maps.Select(variant => variant.Map.Schema()));
}
