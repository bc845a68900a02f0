using System.Net;
using LBTool.Live.Timing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace LBTool.Live.Balancers;

/// <summary>
/// The way to one backend: its connections, and what changes in a request that goes there. The client's
/// <c>Host</c> stays, its address is appended to <c>X-Forwarded-For</c>, the rest is copied.
/// </summary>
internal sealed class Upstream : HttpTransformer, IDisposable
{
    private readonly Func<UpstreamConnections> _connect;
    private readonly ForwarderRequestConfig _config;
    private readonly ForwarderRequestConfig _tunnelConfig;
    private UpstreamConnections _connections;
    private Target? _lastTarget;

    public Upstream(string name, IPEndPoint address, int httpVersion, TimeSpan timeout, int? maxConnections)
    {
        Name = name;
        Prefix = $"http://{address}";
        _connect = () => new UpstreamConnections(address, httpVersion, timeout, maxConnections);
        _connections = _connect();
        _config = new ForwarderRequestConfig
        {
            Version = httpVersion == 2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = Timers.Limit(timeout),
        };
        _tunnelConfig = _config with { ActivityTimeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The backend's name, as a header value.</summary>
    public StringValues Name { get; }

    private string Prefix { get; }

    /// <summary>The connections that the next request will use.</summary>
    public UpstreamConnections Connections => Volatile.Read(ref _connections);

    /// <summary>A try that needs to be watched; null when any answer is the client's, whenever it comes.</summary>
    /// <param name="context">The request.</param>
    /// <param name="timeout">How long a try may take until the head of its answer; null: no limit of its own.</param>
    /// <param name="isRejected">Says of a status whether the request is tried again; null: never.</param>
    public Attempt? Watch(HttpContext context, TimeSpan? timeout, Func<int, bool>? isRejected)
    {
        // A WebSocket may be silent for longer than an answer may take, so only its handshake has the timeout.
        var isTunnel = AsksForTunnel(context.Features);
        return isTunnel ? new Attempt(this, timeout ?? _config.ActivityTimeout, isTunnel, isRejected)
            : timeout is not null || isRejected is not null ? new Attempt(this, timeout, isTunnel, isRejected)
            : null;
    }

    /// <summary>Forwards a request and its whole answer.</summary>
    /// <param name="forwarder">YARP's.</param>
    /// <param name="context">The request.</param>
    /// <param name="connections">Over which; see <see cref="Connections"/>.</param>
    /// <param name="attempt">What <see cref="Watch"/> said.</param>
    public ValueTask<ForwarderError> SendAsync(
        IHttpForwarder forwarder, HttpContext context, UpstreamConnections connections, Attempt? attempt) => attempt is null
        ? forwarder.SendAsync(context, Prefix, connections.Invoker, _config, this)
        : forwarder.SendAsync(
            context, Prefix, connections.Invoker, AsksForTunnel(context.Features) ? _tunnelConfig : _config, attempt, attempt.TimedOut);

    /// <summary>Uses new connections from now on, and returns those of before.</summary>
    public UpstreamConnections Renew() => Interlocked.Exchange(ref _connections, _connect());

    /// <summary>Whether the client asks for a connection of its own through the balancer: a WebSocket, or another upgrade.</summary>
    public static bool AsksForTunnel(IFeatureCollection features) =>
        features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
        || features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true;

    /// <inheritdoc/>
    public override ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage request, string prefix, CancellationToken stop)
    {
        request.RequestUri = UriOf(context);
        var copied = base.TransformRequestAsync(context, request, prefix, stop);
        if (context.Connection.RemoteIpAddress is { } client)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", client.ToString());
        }

        return copied;
    }

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();

    // A URI costs more than all the rest of this class, and load comes in runs of the same target: keep the last one.
    private Uri UriOf(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path;
        var query = request.QueryString;
        var last = Volatile.Read(ref _lastTarget);
        if (last is null || last.Path != path.Value || last.Query != query.Value)
        {
            last = new Target(path.Value, query.Value, RequestUtilities.MakeDestinationAddress(Prefix, path, query));
            Volatile.Write(ref _lastTarget, last);
        }

        return last.Uri;
    }

    private sealed record Target(string? Path, string? Query, Uri Uri);
}
