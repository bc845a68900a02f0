using System.Net;
using System.Net.Sockets;
using LBTool.Core.Runs;

namespace LBTool.Live.Tcp;

/// <summary>Listens on a port and hands out the connections that come: what Kestrel is for HTTP.</summary>
/// <param name="listen">Address; port 0 takes a free one.</param>
/// <param name="serve">Gets each connection, which is its own from then on; must neither wait nor throw.</param>
internal sealed class TcpServer(IPEndPoint listen, Action<Socket> serve) : IAsyncDisposable
{
    private readonly Socket _listener = new(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    private Task _accepting = Task.CompletedTask;
    private volatile bool _disposed;

    /// <summary>Where it listens; the actual port once started.</summary>
    public IPEndPoint EndPoint { get; private set; } = listen;

    /// <summary>Listens and accepts.</summary>
    /// <exception cref="WorldException">The address cannot be listened on, e.g. because the port is in use.</exception>
    public void Start()
    {
        try
        {
            _listener.Bind(EndPoint);
            _listener.Listen();
        }
        catch (SocketException e)
        {
            throw ListenFailure.Of(EndPoint, e, isInUse: e.SocketErrorCode == SocketError.AddressAlreadyInUse);
        }

        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = Task.Run(() => AcceptLoop.RunAsync(_listener, () => !_disposed, Serve));
    }

    /// <summary>Stops accepting; connections go on.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _listener.Dispose();
        await _accepting;
    }

    private void Serve(Socket connection)
    {
        connection.NoDelay = true;
        serve(connection);
    }
}
