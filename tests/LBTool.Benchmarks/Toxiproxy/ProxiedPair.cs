using System.Net;
using System.Net.Sockets;

namespace LBTool.Benchmarks.Toxiproxy;

/// <summary>
/// Both ends of a connection through a proxy. Blocking sockets, so that one thread can be client and server in turn: that
/// costs a few microseconds for a round trip, and what remains is the proxy's.
/// </summary>
internal sealed class ProxiedPair : IDisposable
{
    private const int LongestWait = 30_000;

    private readonly byte[] _buffer = new byte[256];

    private ProxiedPair(Socket client, Socket server)
    {
        (Client, Server) = (client, server);
        foreach (var socket in (Socket[])[client, server])
        {
            socket.NoDelay = true;
            socket.ReceiveTimeout = LongestWait;
            socket.SendTimeout = LongestWait;
        }
    }

    public Socket Client { get; }

    public Socket Server { get; }

    /// <summary>A listening socket to be the upstream of a proxy.</summary>
    public static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(512);
        return listener;
    }

    /// <summary>Connects through the proxy at <paramref name="address"/>, one after the other, so that the ends belong together.</summary>
    public static ProxiedPair[] Open(EndPoint address, Socket listener, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Open(address, listener))];

    public void Ask(int size) => Client.Send(_buffer.AsSpan(0, size));

    /// <summary>The server sends back the request.</summary>
    public void Answer(int size)
    {
        Receive(Server, size);
        Server.Send(_buffer.AsSpan(0, size));
    }

    public void Hear(int size) => Receive(Client, size);

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    private static ProxiedPair Open(EndPoint address, Socket listener)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(address);
        return new ProxiedPair(client, listener.Accept());
    }

    private void Receive(Socket socket, int size)
    {
        for (var got = 0; got < size;)
        {
            var count = socket.Receive(_buffer.AsSpan(got, size - got));
            got += count > 0 ? count : throw new InvalidOperationException("The proxy closed a connection: the measurement is void.");
        }
    }
}
