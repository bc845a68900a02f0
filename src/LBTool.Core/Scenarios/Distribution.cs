using LBTool.Core.Randomness;

namespace LBTool.Core.Scenarios;

/// <summary>The shape of a random duration.</summary>
public abstract record Distribution
{
    /// <summary>One draw, in seconds.</summary>
    public abstract double Sample(RandomStream random);

    /// <summary>The mean of all draws, in seconds.</summary>
    public abstract double Average();

    /// <summary>The smallest duration that a share of the draws does not exceed.</summary>
    /// <param name="share">0 … 1.</param>
    /// <returns>Seconds; infinity for all of the draws of a distribution that has no largest value.</returns>
    public abstract double Quantile(double share);
}

/// <summary>Always the same: <c>10ms</c>.</summary>
public sealed record Constant(TimeSpan Value) : Distribution
{
    /// <inheritdoc/>
    public override double Sample(RandomStream random) => Value.TotalSeconds;

    /// <inheritdoc/>
    public override double Average() => Value.TotalSeconds;

    /// <inheritdoc/>
    public override double Quantile(double share) => Value.TotalSeconds;
}

/// <summary><c>exponential(50ms)</c>: memoryless, with the given mean.</summary>
public sealed record Exponential(TimeSpan Mean) : Distribution
{
    /// <inheritdoc/>
    public override double Sample(RandomStream random) => random.NextExponential(Mean.TotalSeconds);

    /// <inheritdoc/>
    public override double Average() => Mean.TotalSeconds;

    /// <inheritdoc/>
    public override double Quantile(double share) => -Mean.TotalSeconds * Math.Log(1 - share);
}

/// <summary><c>lognormal(20ms, 0.5)</c>: median, and the standard deviation of its logarithm.</summary>
public sealed record LogNormal(TimeSpan Median, double Sigma) : Distribution
{
    /// <inheritdoc/>
    public override double Sample(RandomStream random) =>
        Median.TotalSeconds * Math.Exp(Sigma * random.NextGaussian());

    /// <inheritdoc/>
    public override double Average() => Median.TotalSeconds * Math.Exp(Sigma * Sigma / 2);

    /// <inheritdoc/>
    public override double Quantile(double share) => Median.TotalSeconds * Math.Exp(Sigma * NormalQuantile.Of(share));
}

/// <summary>
/// <c>pareto(10ms, 1.5)</c>: never below the scale, and beyond it a tail so heavy that a few draws make up much of the
/// sum. The mean is scale × shape / (shape − 1).
/// </summary>
/// <param name="Scale">The smallest value, above 0.</param>
/// <param name="Shape">How fast the tail falls: P(X &gt; x) = (scale / x)^shape. Above 1, so that there is a mean.</param>
public sealed record Pareto(TimeSpan Scale, double Shape) : Distribution
{
    /// <inheritdoc/>
    public override double Sample(RandomStream random) => Scale.TotalSeconds * Math.Pow(1 - random.NextDouble(), -1 / Shape);

    /// <inheritdoc/>
    public override double Average() => Scale.TotalSeconds * Shape / (Shape - 1);

    /// <inheritdoc/>
    public override double Quantile(double share) => Scale.TotalSeconds * Math.Pow(1 - share, -1 / Shape);
}
