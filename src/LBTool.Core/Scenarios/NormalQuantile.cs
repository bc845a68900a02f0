namespace LBTool.Core.Scenarios;

/// <summary>
/// The inverse of the standard normal distribution function, by P. J. Acklam's rational approximation (2003): relative
/// error below 1.15e-9.
/// </summary>
internal static class NormalQuantile
{
    // Below this share, and above 1 - it, the approximation for the tails holds.
    private const double Tail = 0.02425;

    private static readonly double[] A =
        [-3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00];

    private static readonly double[] B =
        [-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01, 1];

    private static readonly double[] C =
        [-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00];

    private static readonly double[] D =
        [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1];

    /// <summary>The value that a share (0 … 1) of all draws lies below; infinite at both ends.</summary>
    public static double Of(double share) => share switch
    {
        <= 0 => double.NegativeInfinity,
        >= 1 => double.PositiveInfinity,
        < Tail => OfTail(share),
        > 1 - Tail => -OfTail(1 - share),
        _ => OfMiddle(share - 0.5),
    };

    private static double OfTail(double share)
    {
        var q = Math.Sqrt(-2 * Math.Log(share));
        return Polynomial(C, q) / Polynomial(D, q);
    }

    private static double OfMiddle(double q) => Polynomial(A, q * q) * q / Polynomial(B, q * q);

    // The coefficient of the highest power comes first (Horner).
    private static double Polynomial(double[] coefficients, double x) =>
        coefficients.Aggregate(0.0, (sum, coefficient) => (sum * x) + coefficient);
}
