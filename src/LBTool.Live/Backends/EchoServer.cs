using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Scenarios;
using LBTool.Live.Tcp;

namespace LBTool.Live.Backends;

/// <summary>The process of a fake backend that echoes lines over TCP.</summary>
internal sealed class EchoServer : IBackendServer
{
    private readonly ConcurrentDictionary<EchoConnection, bool> _connections = new();
    private readonly EchoAnswer _answer;
    private readonly Echo _echo;
    private readonly TcpServer _server;
    private volatile bool _welcome = true;

    public EchoServer(BackendSpec spec, Echo echo)
    {
        _answer = new EchoAnswer(spec.Name, spec.BodyBytes);
        _echo = echo;
        _server = new TcpServer(new IPEndPoint(IPAddress.Loopback, 0), Serve);
    }

    /// <inheritdoc/>
    public IPEndPoint EndPoint => _server.EndPoint;

    /// <inheritdoc/>
    public Service Service => _echo;

    /// <inheritdoc/>
    public bool Welcome
    {
        set => _welcome = value;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken stop)
    {
        _server.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Reset();
        }
    }

    /// <inheritdoc/>
    public Task CloseAsync()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.RequestClose();
        }

        return Task.WhenAll(_connections.Keys.Select(connection => connection.Completion));
    }

    /// <summary>Stops listening, and resets what is open.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Reset();
    }

    private void Serve(Socket socket)
    {
        var connection = new EchoConnection(socket, _echo, _answer);
        _connections[connection] = true;

        // Only now, so that a connection is either seen by CloseAsync or sees that it is not welcome.
        if (!_welcome)
        {
            connection.Reset();
        }

        _ = ServeAsync(connection);
    }

    private async Task ServeAsync(EchoConnection connection)
    {
        await connection.RunAsync();
        _connections.TryRemove(connection, out _);
    }
}
