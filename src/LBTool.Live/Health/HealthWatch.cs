using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Live.Timing;

namespace LBTool.Live.Health;

/// <summary>
/// The health board of a live balancer, with all that moves it: a prober for each backend, and the time.
/// <code>
///   BackendProber, one for each backend ──► HealthBoard ──► Pool
///   the balancer's requests ─────────────────►  ▲
///   PreciseTimer: ejections that end ───────────┘
/// </code>
/// </summary>
internal sealed class HealthWatch : IAsyncDisposable
{
    private readonly ActiveCheck? _check;
    private readonly ulong _seed;
    private readonly RunClock _clock;
    private readonly ImmutableArray<(string Name, BackendProber Prober)> _probers;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _left = [];
    private readonly Func<Backend, IPEndPoint, BackendProber> _probe;
    private ImmutableList<(BackendProber Prober, Task Probing)> _joined = [];
    private Task _probing = Task.CompletedTask;

    /// <param name="pool">Whose backends are watched.</param>
    /// <param name="plan">The rules and the seed.</param>
    /// <param name="addresses">Where requests for each backend go, by its index.</param>
    /// <param name="clock">Time of the run.</param>
    /// <param name="events">Where changes are written down.</param>
    public HealthWatch(Pool pool, RunPlan plan, ImmutableArray<IPEndPoint> addresses, RunClock clock, EventBook events)
    {
        var target = plan.Scenario.Target;
        _check = target.Health.Active;
        _seed = plan.Seed;
        _clock = clock;
        Board = new HealthBoard(pool, target.Health, events, () => clock.Now) { Due = at => _ = AdvanceAsync(at) };
        var deadlines = _check is null ? null : new ProbeDeadlines(_check.Timeout);
        _probe = (backend, address) => new BackendProber(
            backend, _check!, Create(_check!, AddressOf(address, _check!.Port), target.Http.Behind), deadlines!, Board, clock);
        _probers = _check is null ? [] : [.. pool.Backends.Select(backend => (backend.Name, _probe(backend, addresses[backend.Index])))];
    }

    /// <summary>What is known of the backends.</summary>
    public HealthBoard Board { get; }

    /// <summary>Probes each backend for the first time; returns when all are known.</summary>
    public Task StartAsync(CancellationToken stop) => Task.WhenAll(_probers.Select(pair => pair.Prober.StartAsync(stop)));

    /// <summary>Begins to watch; the clock has just started.</summary>
    public void Begin()
    {
        Board.Begin();
        _probing = Task.WhenAll(_probers.Select(pair => ProbeAsync(pair.Name, pair.Prober)));
    }

    /// <summary>Watches one more backend, which has joined the pool. One change at a time, after <see cref="Begin"/>.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="address">Where requests for it go.</param>
    public void Join(Backend backend, IPEndPoint address)
    {
        Board.MembersChanged(_clock.Now);
        if (_check is not null)
        {
            var prober = _probe(backend, address);
            _joined = _joined.RemoveAll(joined => joined.Probing.IsCompleted).Add((prober, ProbeAsync(backend.Name, prober)));
        }
    }

    /// <summary>Watches a backend no more, which has left the pool for good. One change at a time, after <see cref="Begin"/>.</summary>
    public void Leave(Backend backend)
    {
        if (_left.TryRemove(backend.Name, out var left))
        {
            left.Cancel();
            left.Dispose();
        }

        Board.MembersChanged(_clock.Now);
    }

    /// <summary>Ends all probes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        var probers = _probers.Select(pair => pair.Prober).Concat(_joined.Select(joined => joined.Prober)).ToArray();
        foreach (var prober in probers)
        {
            prober.Cut();
        }

        try
        {
            await Task.WhenAll([_probing, .. _joined.Select(joined => joined.Probing)]).ConfigureAwait(false);
        }
        finally
        {
            // Those that have never begun, too.
            foreach (var prober in probers)
            {
                prober.Dispose();
            }

            _stop.Dispose();
        }
    }

    // A backend that has left takes its prober and that one's connection along.
    private async Task ProbeAsync(string backend, BackendProber prober)
    {
        using (prober)
        {
            await prober.RunAsync(ProbeTimes.Of(_check!, _seed, backend), UntilLeft(backend)).ConfigureAwait(false);
        }
    }

    private CancellationToken UntilLeft(string backend) =>
        _left.GetOrAdd(backend, _ => CancellationTokenSource.CreateLinkedTokenSource(_stop.Token)).Token;

    private static IPEndPoint AddressOf(IPEndPoint address, int? port) => port is { } other ? new IPEndPoint(address.Address, other) : address;

    private static Probe Create(ActiveCheck check, IPEndPoint address, int httpVersion) =>
        check.Http is not { } http ? new TcpProbe(address, check.Tls)
        : check.Tls || httpVersion == 2 ? new ClientProbe(address, http, httpVersion, check.Tls)
        : new Http1Probe(address, http);

    private async Task AdvanceAsync(TimeSpan at)
    {
        try
        {
            await PreciseTimer.Shared.UntilAsync(_clock.TimestampOf(at), _stop.Token).ConfigureAwait(false);
            Board.Advance(_clock.Now);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The run is over.
        }
    }
}
