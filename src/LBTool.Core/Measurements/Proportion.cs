using System.Globalization;

namespace LBTool.Core.Measurements;

/// <summary>So many of so many, with what that says about the probability behind it.</summary>
/// <param name="Count">Those that have the property, 0 … <paramref name="Total"/>.</param>
/// <param name="Total">All.</param>
public readonly record struct Proportion(long Count, long Total)
{
    // The 97.5 % quantile of the standard normal: 95 % lie within ± of it.
    private const double Z = 1.959963984540054;

    /// <summary>Count / Total, 0 … 1; 0 when there are none.</summary>
    public double Value => Total == 0 ? 0 : (double)Count / Total;

    /// <summary>The 95 % Wilson score interval; unlike p ± 2σ it stays within 0 … 1 and has a width at 0 of n. 0 … 1 when there are none.</summary>
    public (double Low, double High) Interval
    {
        get
        {
            if (Total == 0)
            {
                return (0, 1);
            }

            var n = (double)Total;
            var centre = Value + (Z * Z / (2 * n));
            var spread = Z * Math.Sqrt((Value * (1 - Value) / n) + (Z * Z / (4 * n * n)));
            var scale = 1 + (Z * Z / n);
            return (Count == 0 ? 0 : (centre - spread) / scale, Count == Total ? 1 : (centre + spread) / scale);
        }
    }

    /// <summary>The interval in words: <c>3.1% … 4.4%</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * Interval.Low:0.##}% … {100 * Interval.High:0.##}%");
}
