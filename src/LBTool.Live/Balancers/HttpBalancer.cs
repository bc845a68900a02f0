using System.Collections.Immutable;
using System.Net;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Runs;
using LBTool.Live.Http;
using LBTool.Live.Timing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Forwarder;

namespace LBTool.Live.Balancers;

/// <summary>
/// The HTTP load balancer: for each request it takes a lease from the pool, forwards to that backend, and ends the
/// lease when the whole answer has been forwarded, or has failed.
/// <code>
///   client ── Kestrel ── Pool.TryTake ── YARP's forwarder ── backend
///                               └─ a lease: one more in flight ─┘
/// </code>
/// </summary>
public sealed class HttpBalancer : IBalancerFront
{
    // YARP's forwarder has no state, and can only be had from a container: one serves the process.
    private static readonly IHttpForwarder Forwarder = new ServiceCollection()
        .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
        .AddHttpForwarder()
        .BuildServiceProvider()
        .GetRequiredService<IHttpForwarder>();

    private readonly Pool _pool;
    private readonly Lock _adding = new();
    private readonly Func<Backend, IPEndPoint, Upstream> _connect;

    // By index. Replaced as a whole when a backend is added.
    private volatile Upstream[] _upstreams;
    private readonly RunClock _clock;
    private readonly Recording? _recording;
    private readonly HealthBoard? _health;
    private readonly RequestKey? _key;
    private readonly Sessions? _sessions;
    private readonly HttpServer _server;

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
        _recording = recording;
        _health = options.Health;
        _key = options.Key is { } source ? new RequestKey(source, options.TrustForwardedFor) : null;
        _sessions = options.Sticky is { } sticky
            ? new Sessions(pool, sticky, options.TrustForwardedFor, options.SessionKey ?? throw new ArgumentException(
                "Sticky sessions need a stream for the key of their cookies.", nameof(options)))
            : null;
        _connect = (backend, address) => new Upstream(backend.Name, address, options.Versions.Behind, options.Timeout);
        _upstreams = [.. pool.Backends.OrderBy(backend => backend.Index).Select(backend => _connect(backend, backendAddresses[backend.Index]))];
        _server = new HttpServer(options.Listen, options.Versions.Front, ForwardAsync);
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
    /// <exception cref="ArgumentException">A member has that name already, or the weight is none.</exception>
    public Backend Add(string name, double weight, IPEndPoint address)
    {
        lock (_adding)
        {
            // The way to it is there before anybody can pick it.
            var backend = _pool.Create(name, weight);
            var upstreams = _upstreams;
            Array.Resize(ref upstreams, Math.Max(upstreams.Length, backend.Index + 1));
            upstreams[backend.Index] = _connect(backend, address);
            _upstreams = upstreams;
            _pool.Add(backend, _clock.Now);
            return backend;
        }
    }

    /// <summary>Closes the connections to a backend that has left the pool and has nothing in flight.</summary>
    public void Forget(Backend backend) => _upstreams[backend.Index].Dispose();

    /// <summary>Stops accepting, cuts what is still open after a quarter of a second, closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        foreach (var upstream in _upstreams)
        {
            upstream.Dispose();
        }
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var number = context.Request.RequestNumber();
        if (WhyNotTaken(context, out var lease) is { } reason)
        {
            Failure.AnswerUnavailable(context, reason);
            return;
        }

        var (outcome, status) = (LeaseOutcome.Abandoned, 0);
        try
        {
            var upstream = _upstreams[lease.Backend.Index];
            var error = await upstream.SendAsync(Forwarder, context);
            if (error == ForwarderError.None)
            {
                status = context.Response.StatusCode;
                outcome = status < StatusCodes.Status500InternalServerError
                    ? LeaseOutcome.Ok
                    : LeaseOutcome.ServerError;
            }
            else
            {
                var failure = Failure.Of(context, error);
                outcome = failure.Outcome;
                failure.Answer(context, upstream);
            }
        }
        finally
        {
            // Written down before it ends, so that a pool with nothing in flight has all its leases in the recording.
            var now = _clock.Now;
            _recording?.Leases.Add(new LeaseRecord(number, lease.Backend.Index, lease.Start, now, outcome));
            lease.End(now, outcome);
            _health?.ObserveLease(lease.Backend, outcome, status, now - lease.Start, now);
        }
    }

    // Null when a lease was taken.
    private string? WhyNotTaken(HttpContext context, out Lease lease)
    {
        const string NoBackend = "no-backend";
        var pick = ContextOf(context);
        lease = default;
        if (_health?.TryTakeTrial(pick.Now, out lease) == true)
        {
            return null;
        }

        if (_sessions is null)
        {
            return _pool.TryTake(pick, out lease) ? null : NoBackend;
        }

        return _sessions.Take(context, pick, out lease) switch
        {
            SessionPick.Refused => "session-lost",
            SessionPick.NoBackend => NoBackend,
            _ => null,
        };
    }

    private PickContext ContextOf(HttpContext context) => _key is not null && _key.TryHash(context, out var key)
        ? new PickContext(_clock.Now, key)
        : new PickContext(_clock.Now);
}
