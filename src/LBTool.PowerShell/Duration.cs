using System.Globalization;

namespace LBTool.PowerShell;

/// <summary>A length of time as lbtool writes it: <c>250ms</c>, <c>1.5s</c>, <c>2m</c>. PowerShell makes one from such a text or from a TimeSpan.</summary>
public readonly struct Duration : IEquatable<Duration>
{
    private static readonly (string Unit, double Seconds)[] Units =
        [("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>Takes a time over.</summary>
    /// <param name="time">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public Duration(TimeSpan time) =>
        Time = time >= TimeSpan.Zero ? time : throw new ArgumentOutOfRangeException(nameof(time), "a duration cannot be negative");

    /// <summary>Takes a number of seconds over. PowerShell 7 reads <c>30s</c> as the number 30 of type Int16, and nothing else as that type.</summary>
    /// <param name="seconds">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public Duration(short seconds)
        : this(TimeSpan.FromSeconds(seconds))
    {
    }

    /// <summary>The time.</summary>
    public TimeSpan Time { get; }

    /// <summary>Reads one.</summary>
    /// <param name="text">A number with a unit: us, ms, s, m or h.</param>
    /// <exception cref="FormatException">It is something else, or negative.</exception>
    public static Duration Parse(string text)
    {
        var trimmed = text.Trim();
        var digits = trimmed.TrimEnd("abcdefghijklmnopqrstuvwxyzµ".ToCharArray());
        var row = Array.Find(Units, candidate => candidate.Unit == trimmed.Substring(digits.Length));
        return row.Unit is not null
            && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * row.Seconds <= TimeSpan.FromDays(365).TotalSeconds
            ? new Duration(TimeSpan.FromTicks((long)Math.Round(number * row.Seconds * TimeSpan.TicksPerSecond)))
            : throw new FormatException($"'{text}' is no duration: write a number with a unit, such as 250ms, 1.5s or 2m");
    }

    /// <summary>The shortest text that lbtool reads as exactly this.</summary>
    public override string ToString() =>
        Time.Ticks % TimeSpan.TicksPerSecond == 0
            ? $"{Time.Ticks / TimeSpan.TicksPerSecond}s"
            : $"{((decimal)Time.Ticks / TimeSpan.TicksPerMillisecond).ToString("0.####", CultureInfo.InvariantCulture)}ms";

    /// <inheritdoc/>
    public bool Equals(Duration other) => Time == other.Time;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Duration other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Time.GetHashCode();
}
