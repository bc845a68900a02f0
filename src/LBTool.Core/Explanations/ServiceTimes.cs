using LBTool.Core.Expectations;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>What can be said of how long a backend serves a request, without queueing.</summary>
internal static class ServiceTimes
{
    // Where a distribution has no largest value, the longest request is the one of a thousand.
    private const double NearlyAll = 0.999;

    /// <summary>No less than this is the quantile of a backend's service times: jitter can make a draw shorter by its half width at most.</summary>
    public static TimeSpan AtLeast(BackendSpec backend, double share) => backend.Cache is { } cache
        ? Time(Math.Min(cache.Hit.Quantile(share), cache.Miss.Quantile(share)))
        : Time(Math.Max(0, backend.Latency.Distribution.Quantile(share) - backend.Latency.Jitter.TotalSeconds));

    /// <summary>The longest request, and what is meant by that.</summary>
    public static (TimeSpan Time, string What) Longest(BackendSpec backend) => backend.Cache is { } cache
        ? cache.Hit.Quantile(NearlyAll) > cache.Miss.Quantile(NearlyAll) ? Longest(cache.Hit, TimeSpan.Zero) : Longest(cache.Miss, TimeSpan.Zero)
        : Longest(backend.Latency.Distribution, backend.Latency.Jitter);

    /// <summary>The mean in seconds; null when hits of a cache decide it.</summary>
    public static double? Mean(BackendSpec backend) => backend.Cache is null ? backend.Latency.Distribution.Average() : null;

    private static (TimeSpan, string) Longest(Distribution distribution, TimeSpan jitter) =>
        double.IsFinite(distribution.Quantile(1))
            ? (Time(distribution.Quantile(1)) + jitter, "the longest request")
            : (Time(distribution.Quantile(NearlyAll)) + jitter, $"p{Units.Number(100 * NearlyAll)} of the requests");

    private static TimeSpan Time(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(365).TotalSeconds));
}
