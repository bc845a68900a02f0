using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Health;
using LBTool.Core.Limits;
using LBTool.Core.Measurements;
using LBTool.Core.Runs;
using LBTool.Live.Tcp;
using LBTool.Live.Timing;

namespace LBTool.Live.Balancers;

/// <summary>
/// The TCP load balancer: for each connection it takes a lease from the pool, connects to that backend, and carries
/// bytes both ways until both sides have ended. The lease ends with the connection.
/// <code>
///   client ── accept ── Pool.TryTake ── connect ── bytes both ways ── backend
///                            └─ a lease: one more in flight ──────┘
/// </code>
/// </summary>
public sealed class TcpBalancer : IBalancerFront
{
    // Looks in a timeout: so much later than its end a silence may be noticed.
    private const int LooksATimeout = 8;
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    private readonly Pool _pool;
    private readonly Lock _adding = new();

    // By index. Replaced as a whole when a backend is added.
    private volatile IPEndPoint[] _addresses;
    private readonly TimeSpan _timeout;
    private readonly RunClock _clock;
    private readonly Recording? _recording;
    private readonly HealthBoard? _health;
    private readonly Action<Backend, CutKind, int>? _countCut;
    private readonly TimeSpan _drainDeadline;
    private readonly TcpServer _server;
    private readonly ConcurrentDictionary<BalancedConnection, bool> _connections = new();

    // It has no timer and no link to another source, hence nothing to dispose.
    private readonly CancellationTokenSource _stopping = new();
    private Task _watching = Task.CompletedTask;

    // Completes when the balancer accepts nothing any more and the last connection has ended.
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isEnding;
    private readonly CutTally _cutByEnd = new();

    /// <param name="pool">Picks, and counts what is in flight.</param>
    /// <param name="backendAddresses">Where the pool's backends are, in the order of their index.</param>
    /// <param name="options">How it listens and how long it waits.</param>
    /// <param name="clock">Time of the run, for leases.</param>
    /// <param name="recording">Where leases are written down when they end; null: nowhere.</param>
    /// <exception cref="ArgumentException">There is not one address for each backend.</exception>
    public TcpBalancer(
        Pool pool,
        ImmutableArray<IPEndPoint> backendAddresses,
        TcpBalancerOptions options,
        RunClock clock,
        Recording? recording)
    {
        if (backendAddresses.Length != pool.Backends.Length)
        {
            throw new ArgumentException(
                $"The pool has {pool.Backends.Length} backends, but {backendAddresses.Length} addresses were given: "
                + "give one for each, in the order of their index.", nameof(backendAddresses));
        }

        _pool = pool;
        _addresses = [.. backendAddresses];
        _timeout = options.Timeout;
        _clock = clock;
        _recording = recording;
        _health = options.Health;
        _countCut = options.CountCut;
        _drainDeadline = options.DrainDeadline;
        Picks = new SourcePicks(pool, options, clock);
        _server = new TcpServer(options.Listen, Serve);
    }

    /// <summary>Where it listens, once started.</summary>
    public IPEndPoint EndPoint => _server.EndPoint;

    /// <summary>Connections of clients that are open now.</summary>
    public int OpenConnections => _connections.Count;

    internal SourcePicks Picks { get; }

    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Listens.</summary>
    /// <exception cref="WorldException">The address cannot be listened on, e.g. because the port is in use.</exception>
    public Task StartAsync(CancellationToken stop)
    {
        _server.Start();
        _watching = WatchAsync();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Backend Add(string name, double weight, IPEndPoint address, BackendLimits? limits = null)
    {
        lock (_adding)
        {
            // The way to it is there before anybody can pick it.
            var backend = _pool.Create(name, weight, limits?.MaxInFlight ?? int.MaxValue);
            var addresses = _addresses;
            Array.Resize(ref addresses, Math.Max(addresses.Length, backend.Index + 1));
            addresses[backend.Index] = address;
            _addresses = addresses;
            _pool.Add(backend, _clock.Now);
            return backend;
        }
    }

    /// <summary>Nothing to do: connections to a backend are those of clients, and end with them.</summary>
    public void Forget(Backend backend)
    {
    }

    /// <summary>Resets the connections to a backend, on both sides; each is counted as cut.</summary>
    public void Cut(Backend backend)
    {
        foreach (var connection in _connections.Keys)
        {
            if (connection.Cut(backend))
            {
                _countCut?.Invoke(backend, CutKind.Connection, 1);
            }
        }
    }

    /// <summary>Nothing to do: a backend with nothing in flight has no connections.</summary>
    public void CloseConnections(Backend backend)
    {
    }

    /// <inheritdoc/>
    public async Task<CutTally> DrainAsync(TimeSpan deadline)
    {
        await _server.DisposeAsync();
        _isEnding = true;
        EndIfEmpty();
        using var over = new CancellationTokenSource();
        await Task.WhenAny(_empty.Task, PreciseTimer.Shared.DelayAsync(deadline, over.Token).AsTask());
        await over.CancelAsync();
        _cutByEnd.Count(CutKind.Connection, _connections.Keys.Count(connection => connection.Cut(backend: null)));
        return _cutByEnd;
    }

    /// <summary>Drains, as long as its options say, and resets what is still about to connect.</summary>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync(_drainDeadline);
        foreach (var connection in _connections.Keys)
        {
            connection.Abandon();
        }

        await _stopping.CancelAsync();
        await _watching;
    }

    internal IPEndPoint AddressOf(Backend backend) => _addresses[backend.Index];

    // Written down before it ends, so that a pool with nothing in flight has all its leases in the recording.
    internal void End(in Lease lease, LeaseOutcome outcome)
    {
        var now = _clock.Now;
        _recording?.Leases.Add(new LeaseRecord(0, lease.Backend.Index, lease.Start, now, outcome));
        lease.End(now, outcome);
        _health?.ObserveLease(lease.Backend, outcome, status: 0, now - lease.Start, now);
    }

    internal void Forget(BalancedConnection connection)
    {
        _connections.TryRemove(connection, out _);
        EndIfEmpty();
    }

    private void EndIfEmpty()
    {
        if (_isEnding && _connections.IsEmpty)
        {
            _empty.TrySetResult();
        }
    }

    private void Serve(Socket client)
    {
        var connection = new BalancedConnection(this, client);
        _connections[connection] = true;
        _ = connection.RunAsync();
    }

    // One who looks at all of them costs less than a timer for each, and nothing for a chunk.
    private async Task WatchAsync()
    {
        var timeout = RunClock.ToTimestamp(_timeout);
        var pause = TimeSpan.FromTicks(Math.Min(_timeout.Ticks / LooksATimeout, LongestLook.Ticks));
        try
        {
            while (true)
            {
                await PreciseTimer.Shared.DelayAsync(pause, _stopping.Token);
                var now = Stopwatch.GetTimestamp();
                foreach (var (connection, _) in _connections)
                {
                    connection.CheckSilence(now, timeout);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The balancer goes.
        }
    }
}
