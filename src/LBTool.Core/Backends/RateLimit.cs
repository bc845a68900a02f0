namespace LBTool.Core.Backends;

/// <summary>How many requests a backend takes; one more is answered 429.</summary>
/// <param name="Rate">Requests a second, above 0.</param>
/// <param name="Burst">Requests that it takes at once after a rest, at least 1.</param>
public sealed record RateLimit(double Rate, int Burst);

/// <summary>
/// A token bucket that is full at first: it holds <see cref="RateLimit.Burst"/> tokens and gains
/// <see cref="RateLimit.Rate"/> a second. For any number of threads.
/// </summary>
/// <remarks>
/// Kept as the one time at which the bucket would be full again: a token is there unless that lies further ahead than
/// all tokens but one take to come (GCRA).
/// </remarks>
public sealed class RateLimiter(RateLimit spec)
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _token = TimeSpan.FromSeconds(1 / spec.Rate);
    private TimeSpan _full;

    /// <summary>Takes a token. Zero: it was there; else the time until the next one is.</summary>
    public TimeSpan Take(TimeSpan now)
    {
        lock (_gate)
        {
            var full = _full > now ? _full : now;
            var wait = full - now - (_token * (spec.Burst - 1));
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }

            _full = full + _token;
            return TimeSpan.Zero;
        }
    }
}
