namespace LBTool.Core.Measurements;

/// <summary>The mean of a few independent values, and how far from it the true mean may well be.</summary>
/// <param name="Mean">Of the values.</param>
/// <param name="HalfWidth">Half the width of its 95 % confidence interval, by Student's t; null below two values.</param>
/// <param name="Count">How many values there are.</param>
public readonly record struct MeanInterval(double Mean, double? HalfWidth, int Count)
{
    // The 97.5 % points of Student's t for 1 … 30 degrees of freedom.
    private static readonly double[] Student =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>Sums up values; at least one.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static MeanInterval Of(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        if (values.Count < 2)
        {
            return new MeanInterval(mean, null, values.Count);
        }

        var freedom = values.Count - 1;
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / freedom);

        // Beyond the table 1.96 + 2.4/f is right to three digits.
        var t = freedom <= Student.Length ? Student[freedom - 1] : 1.96 + (2.4 / freedom);
        return new MeanInterval(mean, t * deviation / Math.Sqrt(values.Count), values.Count);
    }
}
