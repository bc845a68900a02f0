using LBTool.Core.Randomness;

namespace LBTool.Core.Health;

/// <summary>
/// When one backend is probed: every interval, from an instant of the first one that is drawn, so that a thousand
/// backends are not asked all at once. There are fifty such instants: to wake up for twenty backends together costs little
/// more than for one. Jitter puts off each probe by itself and never adds up.
/// <code>
///   0          interval         2 intervals
///   ├──phase──●────┴───────────●────┴─ jitter ─○────
/// </code>
/// </summary>
/// <param name="check">Interval and jitter.</param>
/// <param name="random">The backend's own stream, see <see cref="Of"/>.</param>
public sealed class ProbeTimes(ActiveCheck check, RandomStream random)
{
    private const int Phases = 50;

    // In the middle of its fiftieth, so that it does not fall on the round times of scenarios.
    private readonly TimeSpan _phase = check.Interval * (Math.Floor(random.NextDouble() * Phases) + 0.5) / Phases;
    private long _next;

    /// <summary>The times of a backend in a run.</summary>
    /// <param name="check">Interval and jitter.</param>
    /// <param name="seed">The run's.</param>
    /// <param name="backend">Its name.</param>
    public static ProbeTimes Of(ActiveCheck check, ulong seed, string backend) =>
        new(check, RandomStream.Derive(seed, $"health/{backend}"));

    /// <summary>The next time, no earlier than <paramref name="now"/>: what was missed because a probe took long is left out.</summary>
    public TimeSpan Next(TimeSpan now)
    {
        while (true)
        {
            var at = _phase + (check.Interval * _next++) + (check.Jitter * random.NextDouble());
            if (at >= now)
            {
                return at;
            }
        }
    }
}
