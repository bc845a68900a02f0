using System.Net;
using System.Net.Sockets;

namespace LBTool.Benchmarks;

/// <summary>Plain sockets on loopback to measure with.</summary>
internal static class Loopback
{
    /// <summary>Listens on a free port and serves every connection with <paramref name="serve"/>.</summary>
    public static Socket Listen(Func<Socket, Task> serve)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _ = AcceptAsync(listener, serve);
        return listener;
    }

    /// <summary>Sends back whatever comes, until the client ends.</summary>
    public static async Task EchoAsync(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var buffer = new byte[64 * 1024];
            int count;
            while ((count = await socket.ReceiveAsync(buffer.AsMemory())) > 0)
            {
                await socket.SendAsync(buffer.AsMemory(0, count));
            }
        }
    }

    public static async Task<Socket> ConnectAsync(EndPoint address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address);
        return socket;
    }

    private static async Task AcceptAsync(Socket listener, Func<Socket, Task> serve)
    {
        try
        {
            while (true)
            {
                _ = serve(await listener.AcceptAsync());
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }
}
