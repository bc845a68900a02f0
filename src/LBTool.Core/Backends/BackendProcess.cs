using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Backends;

/// <summary>
/// What the process of a backend has in memory and how it behaves by itself. A restart throws it away and makes a new
/// one. Pure: every world asks it with its own time. For any number of threads.
/// </summary>
public sealed class BackendProcess
{
    private volatile BackendSpec _spec;
    private readonly WarmingUp? _warmingUp;
    private readonly PauseClock? _pauses;

    /// <param name="spec">How it behaves.</param>
    /// <param name="started">When it begins to serve.</param>
    /// <param name="again">Whether it has come back: only then it is cold, so that a run begins with warm backends.</param>
    /// <param name="random">Says when the first pause comes, within one period, so that not all backends pause at once.</param>
    public BackendProcess(BackendSpec spec, TimeSpan started, bool again, RandomStream random)
    {
        _spec = spec;
        _warmingUp = again && spec.ColdStart is { } cold ? new WarmingUp(cold, started) : null;
        _pauses = spec.GcPause is { } pause ? new PauseClock(pause, started + (pause.Every * random.NextDouble())) : null;
        Limiter = spec.RateLimit is { } limit ? new RateLimiter(limit) : null;
        Sessions = spec.Sessions ? new SessionMemory(random) : null;
        Cache = spec.Cache is { } cache ? new KeyCache(cache.Size) : null;
    }

    /// <summary>Says which requests it takes; null: all.</summary>
    public RateLimiter? Limiter { get; }

    /// <summary>Its sessions; null when it keeps none.</summary>
    public SessionMemory? Sessions { get; }

    /// <summary>Its key cache; null when it has none.</summary>
    public KeyCache? Cache { get; }

    /// <summary>Whether it pauses at times.</summary>
    public bool Pauses => _pauses is not null;

    /// <summary>From now on requests are served as another specification says. What it has in memory stays as it is.</summary>
    public void Change(BackendSpec spec) => _spec = spec;

    /// <summary>How long the request whose work begins now is served.</summary>
    /// <param name="now">The time.</param>
    /// <param name="hit">Whether its key is in the cache; not looked at without one.</param>
    /// <param name="draws">Service times are drawn from it.</param>
    public TimeSpan ServiceTime(TimeSpan now, bool hit, RandomStream draws)
    {
        var spec = _spec;
        var time = spec.Cache is { } cache
            ? TimeSpan.FromSeconds((hit ? cache.Hit : cache.Miss).Sample(draws))
            : spec.Latency.Sample(draws);
        return _warmingUp is null ? time : time * _warmingUp.NextFactor(now);
    }

    /// <summary>When work that begins at <paramref name="start"/> is done, with the pauses that fall into it.</summary>
    public TimeSpan Finish(TimeSpan start, TimeSpan work) => _pauses?.Finish(start, work) ?? start + work;
}
