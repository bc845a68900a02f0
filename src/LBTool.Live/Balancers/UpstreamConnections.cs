using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LBTool.Live.Timing;

namespace LBTool.Live.Balancers;

/// <summary>The connections to one backend: opened as requests need them, kept for others, and cut or closed together.</summary>
internal sealed class UpstreamConnections : IDisposable
{
    private readonly ConcurrentDictionary<UpstreamStream, byte> _open = new();
    private volatile bool _isCut;

    /// <param name="address">The backend's.</param>
    /// <param name="httpVersion">1 or 2.</param>
    /// <param name="timeout">Of connecting.</param>
    /// <param name="most">Connections at most; null: no limit.</param>
    public UpstreamConnections(IPEndPoint address, int httpVersion, TimeSpan timeout, int? most)
    {
        Invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            // Whatever would change an answer or follow it is off: a balancer passes on what the backend said.
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = Timers.Limit(timeout),
            MaxConnectionsPerServer = most ?? int.MaxValue,
            ConnectCallback = async (_, stop) => await ConnectAsync(address, guards: httpVersion == 1, stop),
        });
    }

    /// <summary>Sends over them.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <summary>How many are open.</summary>
    public int Count => _open.Count;

    /// <summary>Whether they were cut: what failed over them failed by that.</summary>
    public bool IsCut => _isCut;

    /// <summary>Resets all of them, and any that is opened later.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var (connection, _) in _open)
        {
            connection.Reset();
        }
    }

    /// <summary>Closes those that are idle, and the others after their last answer.</summary>
    public void Dispose() => Invoker.Dispose();

    private async ValueTask<Stream> ConnectAsync(IPEndPoint address, bool guards, CancellationToken stop)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, stop);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connection = new UpstreamStream(socket, guards, closed => _open.TryRemove(closed, out _));
        _open[connection] = 0;

        // A cut either finds it among the open ones or is seen here.
        if (_isCut)
        {
            connection.Reset();
        }

        return connection;
    }
}
