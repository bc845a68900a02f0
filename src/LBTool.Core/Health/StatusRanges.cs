using System.Collections.Immutable;
using System.Globalization;

namespace LBTool.Core.Health;

/// <summary>Some HTTP statuses, as they are written: <c>200-299,404</c>.</summary>
/// <param name="Ranges">From and to, both included.</param>
public sealed record StatusRanges(ImmutableArray<(int From, int To)> Ranges)
{
    /// <summary>What they look like, for messages.</summary>
    public const string Forms = "statuses 100 … 599 such as 200, 200-299 or 200-299,404";

    private const int Lowest = 100, Highest = 599;

    /// <summary>Whether a status is among them.</summary>
    public bool Contain(int status)
    {
        foreach (var (from, to) in Ranges)
        {
            if (status >= from && status <= to)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads them; null when the text is none.</summary>
    public static StatusRanges? Parse(string text)
    {
        var ranges = text.Split(',').Select(ParseOne).ToArray();
        return ranges.All(range => range is not null) ? new StatusRanges([.. ranges.Select(range => range!.Value)]) : null;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(',', Ranges.Select(range => range.From == range.To ? $"{range.From}" : $"{range.From}-{range.To}"));

    private static (int From, int To)? ParseOne(string text)
    {
        var ends = text.Split('-');
        return ends.Length <= 2 && TryStatus(ends[0], out var from) && TryStatus(ends[^1], out var to) && from <= to ? (from, to) : null;
    }

    private static bool TryStatus(string text, out int status) =>
        int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= Lowest and <= Highest;
}
