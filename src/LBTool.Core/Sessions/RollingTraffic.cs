using LBTool.Core.Balancing;
using LBTool.Core.Measurements;

namespace LBTool.Core.Sessions;

/// <summary>
/// The traffic of a session as its balancer saw it: totals, and rates and percentiles of the last seconds. Whoever sends
/// the requests is in it, and memory stays the same however long it lasts. For one thread at a time.
/// </summary>
public sealed class RollingTraffic
{
    /// <summary>How much of the past rates and percentiles are about; the second that goes on counts as one of them.</summary>
    public const int Seconds = 10;

    private readonly Dictionary<int, (long Requests, long Errors)> _totals = [];
    private readonly Queue<Second> _seconds = new();
    private Second? _last;
    private TimeSpan _since;

    /// <summary>Counts leases from here on, as if nothing had been before.</summary>
    /// <param name="now">Time of the session.</param>
    public void Reset(TimeSpan now)
    {
        _totals.Clear();
        _seconds.Clear();
        _last = null;
        _since = now;
    }

    /// <summary>Adds a lease that has ended. One whose client left counts as a request, and neither as an error nor with its latency.</summary>
    public void Add(in LeaseRecord lease)
    {
        var isError = lease.Outcome is not (LeaseOutcome.Ok or LeaseOutcome.Abandoned);
        var (requests, errors) = _totals.GetValueOrDefault(lease.Backend);
        _totals[lease.Backend] = (requests + 1, errors + (isError ? 1 : 0));
        SecondOf(lease.End).Add(lease, isError);
    }

    /// <summary>What is known now of one backend, or (null) of all together.</summary>
    /// <param name="now">Time of the session.</param>
    /// <param name="backend">Its index.</param>
    public TrafficSummary At(TimeSpan now, int? backend = null)
    {
        var from = Math.Floor(now.TotalSeconds) - (Seconds - 1);
        Forget(from);
        var length = now.TotalSeconds - Math.Max(from, _since.TotalSeconds);
        var (requests, errors) = (0L, 0L);
        var latencies = new LatencyBuckets();
        foreach (var part in _seconds.SelectMany(second => second.Parts).Where(part => backend is null || part.Key == backend).Select(part => part.Value))
        {
            (requests, errors) = (requests + part.Requests, errors + part.Errors);
            latencies.Add(part.Latencies);
        }

        var totals = _totals.Where(total => backend is null || total.Key == backend).Select(total => total.Value).ToArray();
        return new TrafficSummary(
            totals.Sum(total => total.Requests), totals.Sum(total => total.Errors), requests, errors,
            length > 0 ? requests / length : 0, latencies.Percentile(50), latencies.Percentile(99));
    }

    // Leases come in the order of their ends, nearly: one that comes late counts in the second that goes on.
    private Second SecondOf(TimeSpan end)
    {
        var number = (long)Math.Floor(end.TotalSeconds);
        if (_last is null || _last.Number < number)
        {
            Forget(number - (Seconds - 1));
            _seconds.Enqueue(_last = new Second(number));
        }

        return _last;
    }

    private void Forget(double before)
    {
        while (_seconds.TryPeek(out var oldest) && oldest.Number < before)
        {
            _seconds.Dequeue();
        }
    }

    private sealed class Second(long number)
    {
        public long Number => number;

        public Dictionary<int, Part> Parts { get; } = [];

        public void Add(in LeaseRecord lease, bool isError)
        {
            if (!Parts.TryGetValue(lease.Backend, out var part))
            {
                Parts[lease.Backend] = part = new Part();
            }

            part.Requests++;
            part.Errors += isError ? 1 : 0;
            if (lease.Outcome != LeaseOutcome.Abandoned)
            {
                part.Latencies.Add(lease.End - lease.Start);
            }
        }
    }

    private sealed class Part
    {
        public long Requests { get; set; }

        public long Errors { get; set; }

        public LatencyBuckets Latencies { get; } = new();
    }
}

/// <summary>Traffic in numbers.</summary>
/// <param name="Requests">Since the start, or the last reset.</param>
/// <param name="Errors">Those that failed.</param>
/// <param name="Recent">Requests of the last seconds.</param>
/// <param name="RecentErrors">Those of them that failed.</param>
/// <param name="Rps">Requests a second, of the last seconds.</param>
/// <param name="P50">Median latency of the last seconds, from pick to end of the answer; null without requests.</param>
/// <param name="P99">99th percentile of the same.</param>
public sealed record TrafficSummary(long Requests, long Errors, long Recent, long RecentErrors, double Rps, TimeSpan? P50, TimeSpan? P99);
