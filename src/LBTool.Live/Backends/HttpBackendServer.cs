using System.Net;
using LBTool.Live.Http;

namespace LBTool.Live.Backends;

/// <summary>The process of a fake backend that speaks HTTP.</summary>
internal sealed class HttpBackendServer : IBackendServer
{
    private readonly OpenConnections _connections = new();
    private readonly HttpServer _server;

    public HttpBackendServer(Application application, int httpVersion, bool alsoTls)
    {
        Service = application;
        _server = new HttpServer(
            new IPEndPoint(IPAddress.Loopback, 0), httpVersion, application.HandleAsync, _connections.Track, alsoTls);
    }

    /// <inheritdoc/>
    public IPEndPoint EndPoint => _server.EndPoint;

    /// <inheritdoc/>
    public Service Service { get; }

    /// <inheritdoc/>
    public bool Welcome
    {
        set => _connections.Welcome = value;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken stop) => _server.StartAsync(stop);

    /// <inheritdoc/>
    public void Reset() => _connections.Reset();

    /// <inheritdoc/>
    public Task CloseAsync() => _connections.CloseAsync();

    /// <summary>Stops listening; what is in flight has a quarter of a second.</summary>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
