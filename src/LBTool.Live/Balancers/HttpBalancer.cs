using System.Collections.Immutable;
using System.Net;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Limits;
using LBTool.Core.Measurements;
using LBTool.Core.Retries;
using LBTool.Core.Runs;
using LBTool.Live.Http;
using LBTool.Live.Timing;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Balancers;

/// <summary>
/// The HTTP load balancer: for each request it takes a lease from the pool, forwards to that backend, and ends the
/// lease when the whole answer has been forwarded, or has failed; then the request may be tried on another backend.
/// <code>
///   client ── Kestrel ── Pool.TryTake ── YARP's forwarder ── backend
///                               └─ a lease: one more in flight ─┘
/// </code>
/// </summary>
public sealed class HttpBalancer : IBalancerFront
{
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(250);

    private readonly Pool _pool;
    private readonly Lock _adding = new();
    private readonly Func<Backend, IPEndPoint, int?, Upstream> _connect;

    // By index. Replaced as a whole when a backend is added.
    private volatile Upstream[] _upstreams;
    private readonly RunClock _clock;
    private readonly RequestKey? _key;
    private readonly HttpAdmission _admission;
    private readonly Retrier? _retrier;
    private readonly Forwarding _forwarding;
    private readonly HttpServer _server;
    private readonly TimeSpan _drainDeadline;
    private readonly Action<Backend, CutKind, int>? _countCut;
    private readonly CutTally _cutByEnd = new();
    private volatile bool _isEnding;

    /// <param name="pool">Picks, and counts what is in flight.</param>
    /// <param name="backendAddresses">Where the pool's backends are, in the order of their index.</param>
    /// <param name="options">How it listens and how long it waits.</param>
    /// <param name="clock">Time of the run, for leases.</param>
    /// <param name="recording">Where leases are written down when they end; null: nowhere.</param>
    /// <exception cref="ArgumentException">There is not one address for each backend.</exception>
    public HttpBalancer(
        Pool pool,
        ImmutableArray<IPEndPoint> backendAddresses,
        HttpBalancerOptions options,
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
        _clock = clock;
        _key = options.Key is { } source ? new RequestKey(source, options.TrustForwardedFor) : null;
        var sessions = options.Sticky is { } sticky
            ? new Sessions(pool, sticky, options.TrustForwardedFor, options.SessionKey ?? throw new ArgumentException(
                "Sticky sessions need a stream for the key of their cookies.", nameof(options)))
            : null;
        var admission = new Admission(pool, options.Sticky?.OnLost, options.Queue.Length, options.Health);
        _admission = new HttpAdmission(admission, sessions, options.Queue.Timeout, clock);
        _retrier = options.Retries is { } policy ? new Retrier(policy) : null;
        _drainDeadline = options.DrainDeadline;
        _countCut = options.CountCut;
        _connect = (backend, address, connections) => new Upstream(
            backend.Name, address, options.Versions.Behind, options.Timeout, connections);
        _upstreams = [.. pool.Backends.OrderBy(backend => backend.Index).Select(backend => _connect(
            backend, backendAddresses[backend.Index], options.MaxConnections.GetValueOrDefault(backend.Index)))];
        _forwarding = new Forwarding(backend => _upstreams[backend.Index], _retrier, clock, recording) { Health = options.Health, CountCut = CountCut };
        _server = new HttpServer(options.Listen, options.Versions.Front, HandleAsync);
    }

    /// <summary>Where it listens, once started.</summary>
    public IPEndPoint EndPoint => _server.EndPoint;

    /// <summary>Listens.</summary>
    /// <exception cref="WorldException">The address cannot be listened on, e.g. because the port is in use.</exception>
    public Task StartAsync(CancellationToken stop) => _server.StartAsync(stop);

    /// <summary>Adds a backend at run time; with slow start it ramps up. To take one out, remove it from the pool.</summary>
    /// <param name="name">Unique in the pool.</param>
    /// <param name="weight">Share relative to the others, 0 or above.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="limits">How much it gets at once; null: no limit.</param>
    /// <exception cref="ArgumentException">A member has that name already, or the weight is none.</exception>
    public Backend Add(string name, double weight, IPEndPoint address, BackendLimits? limits = null)
    {
        lock (_adding)
        {
            // The way to it is there before anybody can pick it.
            var backend = _pool.Create(name, weight, limits?.MaxInFlight ?? int.MaxValue);
            var upstreams = _upstreams;
            Array.Resize(ref upstreams, Math.Max(upstreams.Length, backend.Index + 1));
            upstreams[backend.Index] = _connect(backend, address, limits?.MaxConnections);
            _upstreams = upstreams;
            _pool.Add(backend, _clock.Now);
            return backend;
        }
    }

    /// <summary>Closes the connections to a backend that has left the pool and has nothing in flight.</summary>
    public void Forget(Backend backend) => _upstreams[backend.Index].Dispose();

    /// <summary>
    /// Breaks off whatever is in flight to a backend, and closes its connections. What is cut is told to
    /// <see cref="HttpBalancerOptions.CountCut"/>. What is sent there later goes over new connections.
    /// </summary>
    public void Cut(Backend backend)
    {
        var connections = _upstreams[backend.Index].Renew();
        CountCut(backend, CutKind.Idle, Math.Max(0, connections.Count - backend.InFlight));
        connections.Cut();
        connections.Dispose();
    }

    /// <summary>Closes the connections to a backend that has nothing in flight.</summary>
    public void CloseConnections(Backend backend) => _upstreams[backend.Index].Renew().Dispose();

    /// <summary>
    /// Drains the balancer itself: it accepts no connection any more, and tells its clients by <c>Connection: close</c>
    /// or GOAWAY to come elsewhere; what is in flight, WebSockets and streams too, may end until the deadline and is cut
    /// then.
    /// </summary>
    /// <param name="deadline">0 or more.</param>
    /// <returns>What was cut.</returns>
    public async Task<CutTally> DrainAsync(TimeSpan deadline)
    {
        using var over = new CancellationTokenSource();
        using var broken = new CancellationTokenSource();
        var stopping = _server.StopAsync(broken.Token);
        if (await Task.WhenAny(stopping, PreciseTimer.Shared.DelayAsync(deadline, over.Token).AsTask()) != stopping)
        {
            _isEnding = true;
            foreach (var backend in _pool.Backends)
            {
                Cut(backend);
            }

            // Who can still be told is told, and what did not end by that is broken off.
            broken.CancelAfter(LastWords);
        }

        await stopping;
        await over.CancelAsync();
        return _cutByEnd;
    }

    /// <summary>Drains, as long as its options say, and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync(_drainDeadline);
        await _server.DisposeAsync();
        foreach (var upstream in _upstreams)
        {
            upstream.Dispose();
        }
    }

    private void CountCut(Backend backend, CutKind kind, int count)
    {
        if (_isEnding)
        {
            _cutByEnd.Count(kind, count);
        }

        _countCut?.Invoke(backend, kind, count);
    }

    private async Task HandleAsync(HttpContext context)
    {
        var pick = ContextOf(context);
        _retrier?.Count(pick.Now);
        var entered = await _admission.EnterAsync(context, pick);
        if (entered.Refusal is { } reason)
        {
            Failure.AnswerUnavailable(context, reason);
        }
        else if (_retrier is null)
        {
            await _forwarding.ForwardAsync(context, entered.Lease, 1);
        }
        else
        {
            await ForwardAsync(context, entered.Lease);
        }
    }

    // Each try has a lease of its own.
    private async Task ForwardAsync(HttpContext context, Lease lease)
    {
        _forwarding.KeepBody(context);
        var tried = new List<int>();
        for (var number = 1; await _forwarding.ForwardAsync(context, lease, number); number++)
        {
            tried.Add(lease.Backend.Index);
            var entered = _admission.EnterAgain(context, ContextOf(context), tried);
            if (entered.Refusal is { } reason)
            {
                Failure.AnswerUnavailable(context, reason);
                return;
            }

            lease = entered.Lease;
        }
    }

    private PickContext ContextOf(HttpContext context) => _key is not null && _key.TryHash(context, out var key)
        ? new PickContext(_clock.Now, key)
        : new PickContext(_clock.Now);
}
