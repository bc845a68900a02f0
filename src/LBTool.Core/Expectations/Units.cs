using System.Globalization;
using LBTool.Core.Health;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Expectations;

/// <summary>What a value is. Its base, in which values are compared, is in brackets.</summary>
public enum Unit
{
    /// <summary>A length of time (100 ns ticks, which hold every time of a run exactly).</summary>
    Duration,

    /// <summary>A part of a whole (0 … 1).</summary>
    Share,

    /// <summary>A number of things.</summary>
    Count,

    /// <summary>So many a second.</summary>
    Rate,

    /// <summary>What a balancer thinks of a backend (the number of the state).</summary>
    State,
}

/// <summary>How values are written and read.</summary>
internal static class Units
{
    /// <summary>A unit with an example, for messages.</summary>
    public static string Describe(Unit unit) => unit switch
    {
        Unit.Duration => "a duration such as 60ms",
        Unit.Share => "a percentage such as 5%",
        Unit.Rate => "a rate such as 450/s",
        Unit.State => $"a state: {string.Join(", ", BackendStates.Names)}",
        _ => "a plain number such as 20",
    };

    /// <summary>Reads a value of any unit; null when it is none. No sign: nothing that is measured can be negative.</summary>
    public static (double Value, Unit Unit)? Read(string text) =>
        text.EndsWith('%') ? Scaled(text[..^1], Unit.Share, 100)
        : text.EndsWith("/s", StringComparison.Ordinal) ? Scaled(text[..^2], Unit.Rate, 1)
        : Scaled(text, Unit.Count, 1) is { } count ? count
        : text.Length > 0 && char.IsAsciiDigit(text[0]) && Durations.TryParse(text, out var duration) ? (duration.Ticks, Unit.Duration)
        : BackendStates.Find(text) is { } state ? ((double)state, Unit.State)
        : null;

    /// <summary>Writes a value shortly: <c>212.41ms</c>, <c>4.87%</c>, <c>449.8/s</c>, <c>20</c>.</summary>
    public static string Write(double value, Unit unit) => unit switch
    {
        Unit.Duration => Durations.Format(TimeSpan.FromTicks((long)Math.Round(value))),
        Unit.Share => Number(100 * value) + "%",
        Unit.Rate => Number(value) + "/s",
        Unit.State => BackendStates.NameOf((BackendState)value),
        _ => Number(value),
    };

    /// <summary>Writes a value so that it does not look equal to a <paramref name="bound"/> that it differs from.</summary>
    public static string WriteBeside(double value, double bound, Unit unit)
    {
        var text = Write(value, unit);
        return value == bound || text != Write(bound, unit) ? text : unit switch
        {
            Unit.Duration => Exact(value / TimeSpan.TicksPerMillisecond) + "ms",
            Unit.Share => Exact(100 * value) + "%",
            Unit.Rate => Exact(value) + "/s",
            _ => Exact(value),
        };
    }

    /// <summary>The unit in which reports give numbers, and by what a value in the base is multiplied for it.</summary>
    public static (string Name, double Scale) OfReports(Unit unit) => unit switch
    {
        Unit.Duration => ("ms", 1.0 / TimeSpan.TicksPerMillisecond),
        Unit.Share => ("%", 100),
        Unit.Rate => ("/s", 1),
        _ => ("", 1),
    };

    /// <summary>A number with at most two decimals.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Exact(double value) => value.ToString("0.##########", CultureInfo.InvariantCulture);

    // By way of decimal, so that 0.1 % becomes the very number that 1 of 1000 is.
    private static (double Value, Unit Unit)? Scaled(string text, Unit unit, decimal scale) =>
        decimal.TryParse(text.AsSpan().TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? ((double)(number / scale), unit)
            : null;
}
