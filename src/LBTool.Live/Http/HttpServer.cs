using System.Net;
using System.Net.Security;
using LBTool.Core.Runs;
using LBTool.Live.Tcp;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LBTool.Live.Http;

/// <summary>
/// Kestrel and nothing around it: no host, no container, no configuration, no logging, no middleware. A balancer and
/// ten backends in one process start in milliseconds this way, and a request meets no code that it does not need.
/// </summary>
internal sealed class HttpServer : IAsyncDisposable
{
    // A key of 64 KB fits in, wherever a request carries it and however much of it is escaped.
    private const int LargestHead = 256 * 1024;

    // How long open requests may go on when the server is disposed.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private readonly KestrelServer _server;
    private readonly Application _application;
    private ListenOptions _listening = null!;

    /// <param name="listen">Address; port 0 takes a free one.</param>
    /// <param name="httpVersion">1: HTTP/1.1, 2: HTTP/2 in clear text by prior knowledge. One port speaks one of them.</param>
    /// <param name="handle">Answers a request.</param>
    /// <param name="wrapConnection">Runs around each connection, when given.</param>
    /// <param name="alsoTls">Whether it speaks TLS to those who begin with it, besides clear text.</param>
    public HttpServer(
        IPEndPoint listen,
        int httpVersion,
        RequestDelegate handle,
        Func<ConnectionDelegate, ConnectionDelegate>? wrapConnection = null,
        bool alsoTls = false)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowAlternateSchemes = alsoTls };
        RemoveLimits(options.Limits);
        options.Listen(listen, listening =>
        {
            _listening = listening;
            listening.Protocols = httpVersion == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1;
            if (wrapConnection is not null)
            {
                listening.Use(wrapConnection);
            }

            if (alsoTls)
            {
                listening.Use(next => TlsToo.Offer(next, httpVersion == 2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11));
            }
        });
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        _application = new Application(handle);
    }

    /// <summary>Where it listens; the actual port once started.</summary>
    public IPEndPoint EndPoint => _listening.IPEndPoint!;

    /// <exception cref="WorldException">The address cannot be listened on, e.g. because the port is in use.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        try
        {
            await _server.StartAsync(_application, stop);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException || e.InnerException is AddressInUseException)
        {
            throw ListenFailure.Of(EndPoint, e, isInUse: e.InnerException is AddressInUseException);
        }
    }

    /// <summary>
    /// Stops accepting, closes idle connections, and the others after the answers that are under way, which say so
    /// (<c>Connection: close</c>, or GOAWAY). Safe to call twice.
    /// </summary>
    /// <param name="cut">Cuts what is left.</param>
    public Task StopAsync(CancellationToken cut) => _server.StopAsync(cut);

    /// <summary>Stops accepting, gives open requests a quarter of a second, then cuts what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(Grace);
        await _server.StopAsync(grace.Token);
        _server.Dispose();
    }

    // A chaos tool has slow and huge requests on purpose; Kestrel would cut them and the result would be about Kestrel.
    private static void RemoveLimits(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestLineSize = LargestHead;
        limits.MaxRequestHeadersTotalSize = LargestHead;
        limits.Http2.MaxRequestHeaderFieldSize = LargestHead;
    }

    /// <summary>Hands each request to the handler, in one context object for the life of a connection.</summary>
    private sealed class Application(RequestDelegate handle) : IHttpApplication<DefaultHttpContext>
    {
        public DefaultHttpContext CreateContext(IFeatureCollection features)
        {
            var kept = features as IHostContextContainer<DefaultHttpContext>;
            if (kept?.HostContext is { } context)
            {
                context.Initialize(features);
                return context;
            }

            context = new DefaultHttpContext(features);
            if (kept is not null)
            {
                kept.HostContext = context;
            }

            return context;
        }

        public Task ProcessRequestAsync(DefaultHttpContext context) => handle(context);

        public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();
    }
}
