using System.Collections.Immutable;
using LBTool.Core.Randomness;

namespace LBTool.Core.Scenarios;

/// <summary><c>empirical(5ms, 7ms, 200ms)</c>: one of these values, as they were measured somewhere; each with a weight.</summary>
public sealed record Empirical : Distribution
{
    private readonly double[] _seconds;

    // Up to each value: the share of draws that it and those before it have.
    private readonly double[] _shares;

    /// <param name="values">At least one; weights above 0, relative to each other.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Empirical(ImmutableArray<(TimeSpan Value, double Weight)> values)
    {
        if (values.IsDefaultOrEmpty)
        {
            throw new ArgumentException("a distribution needs at least one value", nameof(values));
        }

        Values = values;
        _seconds = [.. values.Select(row => row.Value.TotalSeconds)];
        _shares = new double[values.Length];
        var (sum, all) = (0.0, values.Sum(row => row.Weight));
        for (var place = 0; place < values.Length; place++)
        {
            sum += values[place].Weight;
            _shares[place] = sum / all;
        }

        // Whatever the rounding, the last one takes the rest.
        _shares[^1] = 1;
    }

    /// <summary>The values with their weights.</summary>
    public ImmutableArray<(TimeSpan Value, double Weight)> Values { get; }

    /// <inheritdoc/>
    public override double Sample(RandomStream random)
    {
        // A share itself belongs to the next value: draws lie in [0, 1).
        var found = Array.BinarySearch(_shares, random.NextDouble());
        return _seconds[found < 0 ? ~found : found + 1];
    }

    /// <inheritdoc/>
    public override double Average() =>
        Values.Sum(row => row.Value.TotalSeconds * row.Weight) / Values.Sum(row => row.Weight);

    /// <inheritdoc/>
    public override double Quantile(double share)
    {
        var (sum, all) = (0.0, Values.Sum(row => row.Weight));
        var ordered = Values.OrderBy(row => row.Value).ToArray();
        foreach (var (value, weight) in ordered)
        {
            sum += weight;
            if (sum >= share * all)
            {
                return value.TotalSeconds;
            }
        }

        // Whatever the rounding, the last one takes the rest.
        return ordered[^1].Value.TotalSeconds;
    }

    /// <inheritdoc/>
    public bool Equals(Empirical? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(0, (hash, row) => HashCode.Combine(hash, row));
}
