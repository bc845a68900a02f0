using System.Globalization;

namespace LBTool.Core.Scenarios;

/// <summary>Durations as people write them: <c>250ms</c>, <c>1.5s</c>, <c>2m</c>, <c>100us</c>, <c>1h</c>.</summary>
public static class Durations
{
    /// <summary>What a duration may look like, for messages.</summary>
    public const string Forms = "a number with a unit: 250ms, 1.5s, 2m, 1h or 100us";

    private static readonly (string Unit, double Seconds)[] Units =
        [("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>Reads a duration; the sign may be negative, zero needs no unit.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        text = text.Trim();
        value = TimeSpan.Zero;
        if (text == "0")
        {
            return true;
        }

        var digits = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyzµ");
        var unit = text[digits.Length..];
        var row = Array.Find(Units, candidate => candidate.Unit == unit);
        if (row.Unit is null
            || !double.TryParse(digits.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || !(Math.Abs(number * row.Seconds) <= TimeSpan.FromDays(365).TotalSeconds))
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)Math.Round(number * row.Seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    /// <summary>Writes a duration shortly, with at most two decimals: <c>212.41ms</c>, <c>1.5s</c>, <c>30s</c>, <c>85us</c>.</summary>
    public static string Format(TimeSpan value)
    {
        var size = value.Duration();
        return size == TimeSpan.Zero ? "0s"
            : size < TimeSpan.FromMilliseconds(1) ? Number(value.TotalMicroseconds) + "us"
            : size < TimeSpan.FromSeconds(1) ? Number(value.TotalMilliseconds) + "ms"
            : size < TimeSpan.FromMinutes(2) || size.Ticks % TimeSpan.TicksPerMinute != 0 ? Number(value.TotalSeconds) + "s"
            : Number(value.TotalMinutes) + "m";
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
