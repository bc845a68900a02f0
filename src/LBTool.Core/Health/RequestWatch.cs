namespace LBTool.Core.Health;

/// <summary>
/// What has become of one backend's requests lately: failures in a row, and a window that slides in tenths. For any
/// number of threads without a lock; two of them that enter the same tenth at once may lose a count there.
/// </summary>
/// <param name="check">What to look at.</param>
internal sealed class RequestWatch(PassiveCheck check)
{
    private const int Tenths = 10;

    private readonly bool _hasWindow = check.FailureRate is not null || check.LatencyFactor is not null;
    private readonly long _tenth = Math.Max(1, check.Window.Ticks / Tenths);
    private readonly Tenth[] _tenths = [.. Enumerable.Range(0, Tenths).Select(_ => new Tenth())];
    private int _failuresInARow;

    /// <summary>A request went well. A latency counts only then, or after a timeout: a fast failure must not look good.</summary>
    public void Pass(TimeSpan latency, TimeSpan now)
    {
        if (Volatile.Read(ref _failuresInARow) != 0)
        {
            Volatile.Write(ref _failuresInARow, 0);
        }

        if (_hasWindow)
        {
            Count(now, latency, hasFailed: false, hasLatency: true);
        }
    }

    /// <summary>A request failed. Returns why the backend is to be ejected now, in words, or null.</summary>
    public string? Fail(TimeSpan latency, bool hasLatency, TimeSpan now)
    {
        var inARow = Interlocked.Increment(ref _failuresInARow);
        if (_hasWindow)
        {
            Count(now, latency, hasFailed: true, hasLatency);
        }

        if (inARow >= check.Consecutive)
        {
            return $"{inARow} failures in a row";
        }

        if (check.FailureRate is not { } rate)
        {
            return null;
        }

        var (requests, failures, _, _) = Sum(now);
        return requests >= check.MinRequests && failures >= rate * requests ? $"{failures} of the last {requests} requests failed" : null;
    }

    /// <summary>Mean latency in the window; null when it has too few requests.</summary>
    public TimeSpan? MeanLatency(TimeSpan now)
    {
        var (_, _, timed, latency) = Sum(now);
        return timed >= check.MinRequests ? TimeSpan.FromTicks(latency / timed) : null;
    }

    /// <summary>Begins anew: what led to an ejection does not lead to the next one.</summary>
    public void Forget()
    {
        Volatile.Write(ref _failuresInARow, 0);
        foreach (var tenth in _tenths)
        {
            Volatile.Write(ref tenth.Number, -1);
        }
    }

    private void Count(TimeSpan now, TimeSpan latency, bool hasFailed, bool hasLatency)
    {
        var number = now.Ticks / _tenth;
        var tenth = _tenths[number % Tenths];
        var old = Volatile.Read(ref tenth.Number);
        if (old != number && Interlocked.CompareExchange(ref tenth.Number, number, old) == old)
        {
            tenth.Clear();
        }

        Interlocked.Increment(ref tenth.Requests);
        if (hasFailed)
        {
            Interlocked.Increment(ref tenth.Failures);
        }

        if (hasLatency)
        {
            Interlocked.Increment(ref tenth.Timed);
            Interlocked.Add(ref tenth.Latency, latency.Ticks);
        }
    }

    private (long Requests, long Failures, long Timed, long Latency) Sum(TimeSpan now)
    {
        var oldest = (now.Ticks / _tenth) - Tenths;
        var (requests, failures, timed, latency) = (0L, 0L, 0L, 0L);
        foreach (var tenth in _tenths)
        {
            if (Volatile.Read(ref tenth.Number) > oldest)
            {
                requests += Interlocked.Read(ref tenth.Requests);
                failures += Interlocked.Read(ref tenth.Failures);
                timed += Interlocked.Read(ref tenth.Timed);
                latency += Interlocked.Read(ref tenth.Latency);
            }
        }

        return (requests, failures, timed, latency);
    }

    /// <summary>One tenth of the window.</summary>
    private sealed class Tenth
    {
        /// <summary>Which tenth since time 0 is counted here; −1 for none.</summary>
        public long Number = -1;
        public long Requests;
        public long Failures;
        public long Timed;
        public long Latency;

        public void Clear()
        {
            Interlocked.Exchange(ref Requests, 0);
            Interlocked.Exchange(ref Failures, 0);
            Interlocked.Exchange(ref Timed, 0);
            Interlocked.Exchange(ref Latency, 0);
        }
    }
}
