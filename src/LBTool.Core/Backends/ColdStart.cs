namespace LBTool.Core.Backends;

/// <summary>How slow a process is at first when it has come back: empty caches, code not yet compiled.</summary>
/// <param name="Factor">Service times are so many times longer, at least 1.</param>
/// <param name="For">For so long; null when <paramref name="Requests"/> says it.</param>
/// <param name="Requests">For so many requests; null when <paramref name="For"/> says it.</param>
public sealed record ColdStart(double Factor, TimeSpan? For, int? Requests);

/// <summary>The warming up of one process. For any number of threads.</summary>
/// <param name="spec">How long it takes.</param>
/// <param name="started">When the process began to serve.</param>
public sealed class WarmingUp(ColdStart spec, TimeSpan started)
{
    private int _served;

    /// <summary>By what the service time of the request whose work begins now is multiplied.</summary>
    public double NextFactor(TimeSpan now) => IsCold(now) ? spec.Factor : 1;

    // The count stops at its limit, so that it cannot overflow.
    private bool IsCold(TimeSpan now) => spec.Requests is { } requests
        ? Volatile.Read(ref _served) < requests && Interlocked.Increment(ref _served) <= requests
        : now - started < spec.For;
}
