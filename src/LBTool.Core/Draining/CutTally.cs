using System.Collections.Immutable;

namespace LBTool.Core.Draining;

/// <summary>What was cut at a deadline, by kind. For any number of threads.</summary>
public sealed class CutTally
{
    private ImmutableSortedDictionary<CutKind, int> _cut = ImmutableSortedDictionary<CutKind, int>.Empty;

    /// <summary>How many of each kind; kinds of which there was none are left out.</summary>
    public ImmutableSortedDictionary<CutKind, int> ByKind => Volatile.Read(ref _cut);

    /// <summary>Counts some more.</summary>
    /// <param name="kind">What they were.</param>
    /// <param name="count">How many, 0 or more.</param>
    public void Count(CutKind kind, int count = 1)
    {
        if (count > 0)
        {
            ImmutableInterlocked.Update(ref _cut, static (cut, add) => cut.SetItem(add.kind, cut.GetValueOrDefault(add.kind) + add.count), (kind, count));
        }
    }

    /// <summary>In words, behind what has ended: <c>: cut were 2 requests, 1 WebSocket</c>.</summary>
    public override string ToString() => ByKind is { IsEmpty: false } cut
        ? $": cut were {string.Join(", ", cut.Select(row => $"{row.Value} {NameOf(row.Key, row.Value)}"))}"
        : ": nothing was cut";

    private static string NameOf(CutKind kind, int count) => kind switch
    {
        CutKind.Request => "request",
        CutKind.Stream => "stream",
        CutKind.WebSocket => "WebSocket",
        CutKind.Connection => "connection",
        _ => "idle connection",
    } + (count == 1 ? "" : "s");
}
