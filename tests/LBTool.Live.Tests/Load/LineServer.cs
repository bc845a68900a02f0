using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LBTool.Live.Tcp;
using LBTool.Live.Tests.Backends;
using LBTool.Live.Tests.Faults;

namespace LBTool.Live.Tests.Load;

/// <summary>A server that reads lines; the test writes each answer itself, or closes or resets the connection instead.</summary>
internal sealed class LineServer : IAsyncDisposable
{
    private readonly Func<Arrival, Task> _answer;
    private readonly TcpServer _server;

    public LineServer(Func<Arrival, Task> answer)
    {
        _answer = answer;
        _server = new TcpServer(new IPEndPoint(IPAddress.Loopback, 0), socket => _ = ServeAsync(socket));
        _server.Start();
    }

    public LineServer(string answer)
        : this(arrival => arrival.WriteAsync(answer))
    {
    }

    public Uri Address => new($"tcp://{_server.EndPoint}/");

    public ConcurrentQueue<Arrival> Arrivals { get; } = new();

    /// <summary>Connections that clients ended with FIN.</summary>
    public int Ended;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Socket socket)
    {
        var client = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        try
        {
            for (var turn = 1; await socket.PeekAsync(); turn++)
            {
                var arrival = new Arrival(socket, client, turn, await socket.LineAsync());
                Arrivals.Enqueue(arrival);
                await _answer(arrival);
            }

            Interlocked.Increment(ref Ended);
            socket.Finish();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The connection is over, by either side.
        }
    }

    /// <summary>A line that came.</summary>
    /// <param name="Connection">Where it came.</param>
    /// <param name="Client">Address of the other side.</param>
    /// <param name="Turn">1 for the first line of its connection.</param>
    /// <param name="Text">The line.</param>
    internal sealed record Arrival(Socket Connection, IPAddress Client, int Turn, string Text)
    {
        public async Task WriteAsync(string text) => await Connection.SendAsync(Encoding.UTF8.GetBytes(text));
    }
}

internal static class Peeking
{
    /// <summary>Waits for something to read; false when it is the end.</summary>
    public static async Task<bool> PeekAsync(this Socket socket) =>
        await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, Peer.Deadline()) > 0;
}
