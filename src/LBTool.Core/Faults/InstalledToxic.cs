using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Faults;

/// <summary>A toxic that was put on a proxy: what was asked for, and what does it.</summary>
/// <param name="Name">Unique on its proxy.</param>
/// <param name="Effect">What was asked for, as given.</param>
/// <param name="Toxic">What does it.</param>
/// <param name="Random">Source of the links' streams: one draw for each link, so that links do not disturb each other.</param>
public sealed record InstalledToxic(string Name, ToxicEffect Effect, Toxic Toxic, RandomStream Random)
{
    /// <summary>What it has hit so far; the same object when attributes change.</summary>
    public ToxicTally Tally { get; init; } = new();

    /// <summary>Makes one from what a scenario or the API says.</summary>
    /// <exception cref="ArgumentException">Its type, or one of its attributes, does not exist; the message lists those that do.</exception>
    public static InstalledToxic Create(string name, ToxicEffect effect, RandomStream random)
    {
        var row = ToxicTable.Find(effect.Type) ?? throw new ArgumentException(
            $"unknown toxic type \"{effect.Type}\"; known are {string.Join(", ", ToxicTable.All.Select(known => known.Name))}");
        var known = row.Attributes.Select(attribute => attribute.Name).ToArray();
        if (effect.Attributes.Keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown)
        {
            throw new ArgumentException(
                $"toxic {row.Name} has no attribute \"{unknown}\"; it has {(known.Length == 0 ? "none" : string.Join(", ", known))}");
        }

        return new InstalledToxic(name, effect, row.Create(new ToxicAttributes(effect.Attributes)), random);
    }
}
