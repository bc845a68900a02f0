using System.Collections.Immutable;
using LBTool.Core.Faults;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Toxiproxy;

/// <summary>A toxic as a client of the API gave it: what it does, and what must be shown again exactly as it came.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Stream">The direction that it acts on.</param>
/// <param name="Toxicity">A 32-bit float, as Toxiproxy keeps it; any value.</param>
/// <param name="Attributes">In wire units, as far as a double can hold them.</param>
internal sealed record WireToxic(
    string Type, StreamDirection Stream, double Toxicity, ImmutableSortedDictionary<string, double> Attributes)
    : ToxicEffect(Type, Stream, Toxicity, Attributes)
{
    /// <summary>The direction in the client's spelling: <c>Upstream</c> stays so.</summary>
    public required string StreamAsSent { get; init; }

    /// <summary>Those attributes that are 64-bit whole numbers, which a double cannot hold all of.</summary>
    public required ImmutableSortedDictionary<string, long> Whole { get; init; }

    /// <summary>How long after it was added it removes itself; null for never.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Any toxic as the API shows it. A scenario's may have a fraction of a unit, which is rounded.</summary>
    public static WireToxic Of(ToxicEffect effect) => effect as WireToxic
        ?? new WireToxic(effect.Type, effect.Stream, effect.Toxicity, effect.Attributes)
        {
            StreamAsSent = effect.Stream == StreamDirection.Upstream ? "upstream" : "downstream",
            Whole = effect.Attributes.ToImmutableSortedDictionary(given => given.Key, given => (long)Math.Round(given.Value)),
        };

    /// <summary>The same with the attributes that a client sent; those it did not send keep their value.</summary>
    /// <param name="sent">Null when it sent none.</param>
    /// <exception cref="ApiException">One of them is not a number of its kind.</exception>
    public WireToxic With(JsonFields? sent)
    {
        var (attributes, whole) = (Attributes.ToBuilder(), Whole.ToBuilder());
        foreach (var attribute in ToxicTable.Find(Type)!.Attributes)
        {
            if (attribute.Unit == ToxicUnit.Ratio)
            {
                attributes[attribute.Name] = sent?.Real(attribute.Name) ?? attributes.GetValueOrDefault(attribute.Name);
            }
            else if (sent?.Whole(attribute.Name) is { } number)
            {
                whole[attribute.Name] = number;
                attributes[attribute.Name] = number;
            }
        }

        return this with { Attributes = attributes.ToImmutable(), Whole = whole.ToImmutable() };
    }
}
