using System.Globalization;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Reports;

/// <summary>How reports for people write figures: the same on the screen and in summary.md.</summary>
public static class Figures
{
    // Below the resolution of the clock: a time that was a fraction of it more in milliseconds is still that time.
    private const int Digits = 4;

    /// <summary>A whole number.</summary>
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A share, 0 … 1, as a percentage of at most two decimals: <c>12.34%</c>.</summary>
    public static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    /// <summary>Requests a second, of at most one decimal.</summary>
    public static string Rate(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Milliseconds as a duration; <paramref name="none"/> where there is no time.</summary>
    public static string Time(double? ms, string none) =>
        ms is { } value ? Durations.Format(TimeSpan.FromMilliseconds(Math.Round(value, Digits))) : none;
}
