using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace LBTool.Live.Tests.Load;

/// <summary>A server of bytes: the test writes each answer itself, or closes or resets the connection instead.</summary>
internal sealed partial class RawServer : IAsyncDisposable
{
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nx-lb-backend: b1\r\n\r\nhello";

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<Socket> _connections = [];
    private readonly Func<Arrival, Task> _answer;

    public RawServer(Func<Arrival, Task> answer)
    {
        _answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
        Address = new Uri($"http://{_listener.LocalEndPoint}/");
        _ = AcceptAsync();
    }

    public RawServer(string answer)
        : this(arrival => arrival.WriteAsync(answer))
    {
    }

    public Uri Address { get; }

    public ConcurrentQueue<Arrival> Arrivals { get; } = new();

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptAsync();
                _connections.Add(connection);
                _ = ServeAsync(connection);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The server was disposed.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        try
        {
            var client = ((IPEndPoint)connection.RemoteEndPoint!).Address;
            var buffer = new byte[4096];
            var head = new StringBuilder();
            for (var turn = 1; await connection.ReceiveAsync(buffer) is > 0 and var size;)
            {
                head.Append(Encoding.ASCII.GetString(buffer, 0, size));
                if (head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    var arrival = new Arrival(connection, client, turn++, head.ToString());
                    head.Clear();
                    Arrivals.Enqueue(arrival);
                    await _answer(arrival);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The connection is over, by either side.
        }
    }

    /// <summary>A request that came.</summary>
    /// <param name="Connection">Where it came.</param>
    /// <param name="Client">Address of the other side.</param>
    /// <param name="Turn">1 for the first request of its connection.</param>
    /// <param name="Head">All of its head.</param>
    internal sealed partial record Arrival(Socket Connection, IPAddress Client, int Turn, string Head)
    {
        public long Number => long.Parse(NumberHeader().Match(Head).Groups[1].Value, CultureInfo.InvariantCulture);

        public async Task WriteAsync(string text) => await Connection.SendAsync(Encoding.ASCII.GetBytes(text));

        public void Close() => Connection.Dispose();

        public void Reset()
        {
            Connection.LingerState = new LingerOption(true, 0);
            Connection.Dispose();
        }

        [GeneratedRegex("x-lb-request: ([0-9]+)\r\n")]
        private static partial Regex NumberHeader();
    }
}
