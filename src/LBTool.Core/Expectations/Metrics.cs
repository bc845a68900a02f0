using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Expectations;

/// <summary>
/// The table of metrics: the one source for parsing, help, completion and the documentation.
/// To add one: a row in the file of its family, or a file with a new family and a line here.
/// </summary>
public static partial class Metrics
{
    /// <summary>The smallest and the largest NN of <c>pNN</c>.</summary>
    public const decimal LowestPercentile = 50, HighestPercentile = 99.99m;

    /// <summary>All metrics, in the order that help shows them.</summary>
    public static ImmutableArray<Metric> All { get; } =
        [.. LatencyMetrics.Rows, .. TrafficMetrics.Rows, .. InflightMetrics.Rows, .. PlacementMetrics.Rows, .. MemoryMetrics.Rows, .. AttemptMetrics.Rows, .. LeaseEndMetrics.Rows, .. HealthMetrics.Rows, .. DriverMetrics.Rows];

    /// <summary>All names, for messages; percentiles by their form.</summary>
    public static string Names => string.Join(", ", All.Select(metric => metric.Name));

    /// <summary>The row of that name, and NN when it is a percentile <c>pNN</c> (of any size).</summary>
    public static (Metric Metric, decimal Percentile)? Find(string name)
    {
        if (PercentileForm().Match(name) is { Success: true } match
            && decimal.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percentile))
        {
            return (LatencyMetrics.Percentile, percentile);
        }

        return All.FirstOrDefault(row => row.Name == name && row != LatencyMetrics.Percentile) is { } metric ? (metric, 0) : null;
    }

    [GeneratedRegex(@"\Ap([0-9]+(?:\.[0-9]+)?)\z")]
    private static partial Regex PercentileForm();
}

/// <summary>Something that a run is measured by.</summary>
/// <param name="Name">As an expression names it.</param>
/// <param name="Description">Its definition.</param>
/// <param name="Units">The units in which it can be compared.</param>
/// <param name="Backend">Whether it can be asked of one backend.</param>
/// <param name="Trend">How its value changes while its window goes on.</param>
/// <param name="Example">An expression that uses it.</param>
public sealed record Metric(
    string Name, string Description, ImmutableArray<Unit> Units, BackendLabel Backend, Trend Trend, string Example)
{
    /// <summary>The labels that it takes.</summary>
    public ImmutableArray<string> Labels => Backend == BackendLabel.None ? [] : ["backend"];

    /// <summary>It is a latency: noise rules and the load driver's punctuality apply.</summary>
    public bool IsLatency { get; init; }

    /// <summary>It is known for the whole run only.</summary>
    public bool WholeRun { get; init; }

    /// <summary>Whether it may be more than the whole that it is a share of, as arrivals may of requests.</summary>
    public bool BeyondAll { get; init; }

    /// <summary>
    /// For one with <see cref="Trend.Level"/>: its value at the start of a window, and every change in it; more than one
    /// such series where a backend has copies, each of which must be as expected. Else null.
    /// </summary>
    public Func<MeasuredRun, BackendGroup?, Window, IEnumerable<IEnumerable<(TimeSpan At, double Value)>>>? Steps { get; init; }

    /// <summary>Its definition, as a function of the run.</summary>
    public required Func<MeasuredRun, Question, Reading> Measure { get; init; }
}

/// <summary>Whether a metric takes <c>{backend=…}</c>.</summary>
public enum BackendLabel
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>With it, it is about one backend; without, about all.</summary>
    Optional,

    /// <summary>It means nothing without.</summary>
    Required,
}

/// <summary>How a metric changes while its window goes on; decides what a window that was cut short can prove.</summary>
public enum Trend
{
    /// <summary>Up and down: it is what it is so far.</summary>
    Varies,

    /// <summary>It can only grow: a bound from above that is passed stays passed.</summary>
    Grows,

    /// <summary>It has a value at every instant, and the comparison must hold at each.</summary>
    Level,
}

/// <summary>What a metric is asked.</summary>
/// <param name="Window">The measured part of the window; not empty.</param>
/// <param name="Backend">The backend that it is about, with its copies where there are any; null for all.</param>
/// <param name="Unit">The unit in which the answer is wanted, one of the metric's.</param>
/// <param name="Percentile">For <c>pNN</c>, the NN.</param>
/// <param name="FromSending">Latency from the actual sending instead of the intended instant.</param>
public readonly record struct Question(Window Window, BackendGroup? Backend, Unit Unit, decimal Percentile, bool FromSending);

/// <summary>A metric's answer.</summary>
/// <param name="Low">The lowest value in the window, in the base of the unit; most metrics have only one.</param>
/// <param name="High">The highest.</param>
/// <param name="Samples">What it rests on.</param>
/// <param name="Interval">For a proportion, its interval in words.</param>
/// <param name="Missing">Why nothing can be said; null when there is an answer.</param>
public sealed record Reading(double Low, double High, long Samples, string? Interval = null, string? Missing = null)
{
    /// <summary>The values in words, where numbers would say nothing; else null.</summary>
    public string? Words { get; init; }

    /// <summary>One value.</summary>
    public static Reading Of(double value, long samples) => new(value, value, samples);

    /// <summary>A proportion, with its interval.</summary>
    public static Reading Of(Proportion part) => new(part.Value, part.Value, part.Total, part.ToString());

    /// <summary>No answer.</summary>
    public static Reading Nothing(string why) => new(0, 0, 0, null, why);
}
