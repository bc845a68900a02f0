using LBTool.Core.Randomness;

namespace LBTool.Core.Scenarios;

/// <summary>How long a backend takes to serve a request: a distribution, plus a uniform jitter of ± <see cref="Jitter"/>.</summary>
/// <param name="Distribution">The shape.</param>
/// <param name="Jitter">Half width of the uniform jitter, 0 or more.</param>
public sealed record ServiceTime(Distribution Distribution, TimeSpan Jitter)
{
    /// <summary>One draw, never negative.</summary>
    public TimeSpan Sample(RandomStream random)
    {
        var seconds = Distribution.Sample(random);
        if (Jitter > TimeSpan.Zero)
        {
            seconds += random.NextDouble(-Jitter.TotalSeconds, Jitter.TotalSeconds);
        }

        return TimeSpan.FromSeconds(Math.Max(0, seconds));
    }
}

/// <summary>The shape of a random duration.</summary>
public abstract record Distribution
{
    /// <summary>One draw, in seconds.</summary>
    public abstract double Sample(RandomStream random);

    /// <summary>As a scenario writes it, e.g. <c>exponential(50ms)</c>.</summary>
    public abstract string Format();
}

/// <summary>Always the same: <c>10ms</c>.</summary>
public sealed record Constant(TimeSpan Value) : Distribution
{
    /// <inheritdoc/>
    public override double Sample(RandomStream random) => Value.TotalSeconds;

    /// <inheritdoc/>
    public override string Format() => Durations.Format(Value);
}

/// <summary><c>exponential(50ms)</c>: memoryless, with the given mean.</summary>
public sealed record Exponential(TimeSpan Mean) : Distribution
{
    /// <inheritdoc/>
    public override double Sample(RandomStream random) => random.NextExponential(Mean.TotalSeconds);

    /// <inheritdoc/>
    public override string Format() => $"exponential({Durations.Format(Mean)})";
}

/// <summary><c>lognormal(20ms, 0.5)</c>: median, and the standard deviation of its logarithm.</summary>
public sealed record LogNormal(TimeSpan Median, double Sigma) : Distribution
{
    /// <inheritdoc/>
    public override double Sample(RandomStream random) =>
        Median.TotalSeconds * Math.Exp(Sigma * random.NextGaussian());

    /// <inheritdoc/>
    public override string Format() => FormattableString.Invariant($"lognormal({Durations.Format(Median)}, {Sigma})");
}
