using System.Collections.Immutable;

namespace LBTool.Core.Faults;

/// <summary>
/// The attributes of a toxic as it reads them. As in Toxiproxy any number is accepted and shown again as it was given;
/// what makes no sense is clamped here, where behaviour begins.
/// </summary>
/// <param name="given">Values by name in wire units; those absent are 0.</param>
public sealed class ToxicAttributes(ImmutableSortedDictionary<string, double> given)
{
    private const double LongestTicks = 365 * (double)TimeSpan.TicksPerDay;

    /// <summary>The value as given; 0 when absent or not a number.</summary>
    public double Number(string name) => given.TryGetValue(name, out var value) && !double.IsNaN(value) ? value : 0;

    /// <summary>A time given in milliseconds, within ± a year.</summary>
    public TimeSpan Milliseconds(string name) => FromTicks(Number(name) * TimeSpan.TicksPerMillisecond);

    /// <summary>A time given in microseconds, within ± a year.</summary>
    public TimeSpan Microseconds(string name) => FromTicks(Number(name) * TimeSpan.TicksPerMicrosecond);

    /// <summary>A number of bytes, at least 0.</summary>
    public long Bytes(string name) => (long)Math.Clamp(Number(name), 0, 1e18);

    /// <summary>A probability, within 0 … 1.</summary>
    public double Ratio(string name) => Math.Clamp(Number(name), 0, 1);

    private static TimeSpan FromTicks(double ticks) => new((long)Math.Clamp(ticks, -LongestTicks, LongestTicks));
}
