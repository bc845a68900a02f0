using System.Collections.Immutable;
using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>One algorithm that a scenario can name.</summary>
/// <param name="Name">Its long name.</param>
/// <param name="Aliases">Short names.</param>
/// <param name="Rule">The rule in one line.</param>
/// <param name="UseWhen">When it is a good choice.</param>
/// <param name="AvoidWhen">When it is not.</param>
/// <param name="Parameters">What can be set, with defaults.</param>
/// <param name="Create">Makes the balancer from a full set of parameter values and its random stream.</param>
/// <param name="UsesKey">Whether it sends equal keys to the same backend, so that a scenario can name the key.</param>
public sealed record BalancerRow(
    string Name,
    ImmutableArray<string> Aliases,
    string Rule,
    string UseWhen,
    string AvoidWhen,
    ImmutableArray<BalancerParameter> Parameters,
    Func<IReadOnlyDictionary<string, double>, RandomStream, Balancer> Create,
    bool UsesKey = false)
{
    /// <summary>Whether a backend's weight has a part in the choice.</summary>
    public bool UsesWeights { get; init; } = true;

    /// <summary>Whether it keeps away from a backend that has much in flight.</summary>
    public bool LooksAtLoad { get; init; }

    /// <summary>Whether a backend that has come up can get a part of its weight, see <see cref="SlowStart"/>.</summary>
    public bool CanRamp { get; init; } = true;

    /// <summary>The long name first, then the aliases.</summary>
    public IEnumerable<string> Names => Aliases.Prepend(Name);
}

/// <summary>A number that changes an algorithm.</summary>
/// <param name="Name">Its key in a scenario.</param>
/// <param name="Description">What it does.</param>
/// <param name="Default">The value when it is not given.</param>
/// <param name="Minimum">Smallest value allowed.</param>
/// <param name="Maximum">Largest value allowed.</param>
/// <param name="Kind">What the number stands for.</param>
public sealed record BalancerParameter(
    string Name, string Description, double Default, double Minimum, double Maximum, ParameterKind Kind = ParameterKind.Count)
{
    /// <summary>A choice that is off when it is not given.</summary>
    public static BalancerParameter Flag(string name, string description) =>
        new(name, description, 0, 0, 1, ParameterKind.Flag);

    /// <summary>A value as a scenario writes it, e.g. <c>10s</c> or <c>false</c>.</summary>
    public string Format(double value) => Kind switch
    {
        ParameterKind.Flag => value == 0 ? "false" : "true",
        ParameterKind.Duration => Scenarios.Durations.Format(TimeSpan.FromSeconds(value)),
        _ => value.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}

/// <summary>What a parameter's number stands for.</summary>
public enum ParameterKind
{
    /// <summary>A whole number.</summary>
    Count,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>A duration, in seconds.</summary>
    Duration,

    /// <summary>Yes (1) or no (0).</summary>
    Flag,
}
