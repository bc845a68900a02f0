using System.Diagnostics;
using LBTool.Live.Timing;

namespace LBTool.Live.Health;

/// <summary>
/// The deadlines of all probes of a balancer. They lie equally far ahead and so come in the order of their setting: one wait
/// at a time serves all of them, and a probe that ends in time costs no wait at all.
/// </summary>
/// <param name="timeout">How far ahead.</param>
internal sealed class ProbeDeadlines(TimeSpan timeout)
{
    private readonly long _timeout = RunClock.ToTimestamp(timeout);
    private readonly Queue<(long Due, BackendProber Prober, int Probe)> _queue = new();
    private bool _isWatching;

    /// <summary>A probe begins now.</summary>
    public void Set(BackendProber prober, int probe)
    {
        lock (_queue)
        {
            _queue.Enqueue((Stopwatch.GetTimestamp() + _timeout, prober, probe));
            if (_isWatching)
            {
                return;
            }

            _isWatching = true;
        }

        _ = WatchAsync();
    }

    private async Task WatchAsync()
    {
        while (TryFindFirst(out var first))
        {
            await PreciseTimer.Shared.UntilAsync(first.Due).ConfigureAwait(false);
            first.Prober.CutOff(first.Probe);
        }
    }

    private bool TryFindFirst(out (long Due, BackendProber Prober, int Probe) first)
    {
        lock (_queue)
        {
            while (_queue.TryPeek(out first) && !first.Prober.IsAsking(first.Probe))
            {
                _queue.Dequeue();
            }

            return _isWatching = _queue.Count > 0;
        }
    }
}
