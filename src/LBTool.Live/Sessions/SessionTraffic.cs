using LBTool.Core.Measurements;
using LBTool.Core.Sessions;
using LBTool.Live.Timing;

namespace LBTool.Live.Sessions;

/// <summary>
/// What a session measures. Once a second it counts what was recorded and gives the records back, so that a session may
/// last; who needs the records themselves holds them meanwhile.
/// </summary>
public sealed class SessionTraffic
{
    private const int MostEvents = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly LiveWorld _world;
    private readonly RollingTraffic _rolling = new();
    private readonly Lock _gate = new();
    private readonly HashSet<RecordsHold> _holds = [];
    private readonly Pulse _tick = new();
    private long _read;

    internal SessionTraffic(LiveWorld world) => _world = world;

    /// <summary>Completes about once a second, when there are new numbers.</summary>
    public Task NextTick => _tick.Next;

    /// <summary>What is known now of the backend with that index, or (null) of all together.</summary>
    public TrafficSummary At(int? backend = null)
    {
        lock (_gate)
        {
            Count();
            return _rolling.At(_world.Now, backend);
        }
    }

    /// <summary>Counts from here on, as if nothing had been before.</summary>
    internal void Reset()
    {
        lock (_gate)
        {
            Count();
            _rolling.Reset(_world.Now);
        }
    }

    /// <summary>Keeps what is recorded from now on, until it is disposed.</summary>
    internal RecordsHold Hold()
    {
        lock (_gate)
        {
            var recording = _world.Recording;
            var hold = new RecordsHold(recording, Release);
            _holds.Add(hold);
            return hold;
        }
    }

    /// <summary>Counts once a second.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await PreciseTimer.Shared.DelayAsync(Interval, stop).ConfigureAwait(false);
                lock (_gate)
                {
                    Count();
                    Forget();
                }

                _tick.Beat();
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
    }

    private void Count()
    {
        var leases = _world.Recording.Leases;
        var end = leases.Count;
        foreach (var lease in leases.Read(_read))
        {
            _rolling.Add(lease);
        }

        _read = end;
    }

    private void Forget()
    {
        var recording = _world.Recording;
        recording.Requests.Forget(_holds.Select(hold => hold.Requests).Append(recording.Requests.Count).Min());
        recording.Leases.Forget(_holds.Select(hold => hold.Leases).Append(_read).Min());
        recording.Attempts.Forget(_holds.Select(hold => hold.Attempts).Append(recording.Attempts.Count).Min());
        recording.Findings.Forget(_holds.Select(hold => hold.Findings).Append(recording.Findings.Count).Min());
        recording.Events.KeepLast(MostEvents);
    }

    private void Release(RecordsHold hold)
    {
        lock (_gate)
        {
            _holds.Remove(hold);
        }
    }
}

/// <summary>Keeps records from being given back.</summary>
internal sealed class RecordsHold(Recording recording, Action<RecordsHold> release) : IDisposable
{
    private readonly long _dropped = recording.Dropped;

    /// <summary>The place of the first request that is kept.</summary>
    public long Requests { get; } = recording.Requests.Count;

    /// <summary>The place of the first lease that is kept.</summary>
    public long Leases { get; } = recording.Leases.Count;

    /// <summary>The place of the first attempt that is kept.</summary>
    public long Attempts { get; } = recording.Attempts.Count;

    /// <summary>The place of the first finding that is kept.</summary>
    public long Findings { get; } = recording.Findings.Count;

    /// <summary>What was recorded since.</summary>
    public SessionRecords Read() => new(
        [.. recording.Requests.Read(Requests)],
        [.. recording.Leases.Read(Leases)],
        [.. recording.Attempts.Read(Attempts)],
        [.. recording.Findings.Read(Findings)],
        recording.Events.All,
        recording.Dropped - _dropped);

    /// <inheritdoc/>
    public void Dispose() => release(this);
}
