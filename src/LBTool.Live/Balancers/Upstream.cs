using System.Net;
using System.Net.Sockets;
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
    private readonly HttpMessageInvoker _connections;
    private readonly ForwarderRequestConfig _config;
    private readonly ForwarderRequestConfig _tunnelConfig;
    private Target? _lastTarget;

    public Upstream(string name, IPEndPoint address, int httpVersion, TimeSpan timeout)
    {
        Name = name;
        Prefix = $"http://{address}";
        _connections = new HttpMessageInvoker(NewHandler(address, timeout));
        _config = new ForwarderRequestConfig
        {
            Version = httpVersion == 2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = timeout,
        };
        _tunnelConfig = _config with { ActivityTimeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The backend's name, as a header value.</summary>
    public StringValues Name { get; }

    private string Prefix { get; }

    /// <summary>Forwards a request and its whole answer.</summary>
    public ValueTask<ForwarderError> SendAsync(IHttpForwarder forwarder, HttpContext context) =>
        AsksForTunnel(context.Features)
            ? OpenTunnelAsync(forwarder, context)
            : forwarder.SendAsync(context, Prefix, _connections, _config, this);

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

    // A WebSocket may be silent for longer than an answer may take, so only its handshake has the timeout.
    private async ValueTask<ForwarderError> OpenTunnelAsync(IHttpForwarder forwarder, HttpContext context)
    {
        using var handshake = new Handshake(this, _config.ActivityTimeout!.Value);
        return await forwarder.SendAsync(context, Prefix, _connections, _tunnelConfig, handshake, handshake.TimedOut);
    }

    private static bool AsksForTunnel(IFeatureCollection features) =>
        features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
        || features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true;

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

    // Whatever would change an answer or follow it is off: a balancer passes on what the backend said.
    private static SocketsHttpHandler NewHandler(IPEndPoint address, TimeSpan timeout) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = timeout,
        ConnectCallback = async (_, stop) =>
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, stop);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    private sealed record Target(string? Path, string? Query, Uri Uri);
}
