using LBTool.Core.Randomness;

namespace LBTool.Core.Scenarios;

/// <summary>How long a backend takes to serve a request: a distribution, plus a uniform jitter of ± <see cref="Jitter"/>.</summary>
/// <param name="Distribution">The shape.</param>
/// <param name="Jitter">Half width of the uniform jitter, 0 or more.</param>
public sealed record ServiceTime(Distribution Distribution, TimeSpan Jitter)
{
    // A heavy tail has draws beyond any run, and beyond what a TimeSpan can hold.
    private const double LongestSeconds = 30 * 24 * 3600;

    /// <summary>One draw, never negative, 30 days at most.</summary>
    public TimeSpan Sample(RandomStream random)
    {
        var seconds = Distribution.Sample(random);
        if (Jitter > TimeSpan.Zero)
        {
            seconds += random.NextDouble(-Jitter.TotalSeconds, Jitter.TotalSeconds);
        }

        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestSeconds));
    }
}
