using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LBTool.Live.Tests.Faults;

namespace LBTool.Live.Tests.Balancers;

/// <summary>A client that speaks HTTP/2 frame by frame, so that a test sees what HTTP clients keep to themselves.</summary>
internal sealed class Http2Wire : IAsyncDisposable
{
    public const byte Data = 0, Headers = 1, Settings = 4, Ping = 6, GoAway = 7;
    private const byte EndStream = 0x1, Ack = 0x1, EndHeaders = 0x4;

    private readonly Socket _socket;

    private Http2Wire(Socket socket) => _socket = socket;

    public static async Task<Http2Wire> ConnectAsync(IPEndPoint server)
    {
        var wire = new Http2Wire(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        await wire._socket.ConnectAsync(server, Peer.Deadline());
        await wire._socket.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Peer.Deadline());
        await wire.SendAsync(Settings, 0, 0, []);
        return wire;
    }

    /// <summary>Sends a GET of / on a stream, and no body.</summary>
    public Task GetAsync(int stream)
    {
        // HPACK: :method GET, :scheme http, :path /, and :authority as a literal.
        byte[] host = Encoding.ASCII.GetBytes("test");
        return SendAsync(Headers, EndHeaders | EndStream, stream, [0x82, 0x86, 0x84, 0x01, (byte)host.Length, .. host]);
    }

    /// <summary>The next frame but for settings; null when the server has ended the connection.</summary>
    public async Task<Frame?> ReadAsync()
    {
        while (await ReadExactlyAsync(9) is { } head)
        {
            var length = (head[0] << 16) | (head[1] << 8) | head[2];
            var frame = new Frame(head[3], (head[4] & EndStream) != 0, BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), (await ReadExactlyAsync(length))!);
            if (frame.Type != Settings)
            {
                return frame;
            }

            if (!frame.EndsStream)
            {
                await SendAsync(Settings, Ack, 0, []);
            }
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SendAsync(byte type, int flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, (payload.Length << 8) | type);
        frame[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await _socket.SendAsync(frame, Peer.Deadline());
    }

    private async Task<byte[]?> ReadExactlyAsync(int length)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var count = await _socket.ReceiveAsync(bytes.AsMemory(read), Peer.Deadline());
            if (count == 0)
            {
                return null;
            }

            read += count;
        }

        return bytes;
    }

    /// <summary>One frame.</summary>
    /// <param name="Type">Its type.</param>
    /// <param name="EndsStream">Whether nothing follows on its stream.</param>
    /// <param name="Stream">Its stream; 0 for the connection.</param>
    /// <param name="Payload">Its payload.</param>
    internal sealed record Frame(byte Type, bool EndsStream, int Stream, byte[] Payload)
    {
        /// <summary>Of a GOAWAY: the last stream that is still served, and why it goes.</summary>
        public (int Last, int Error) Going => (BinaryPrimitives.ReadInt32BigEndian(Payload), BinaryPrimitives.ReadInt32BigEndian(Payload.AsSpan(4)));
    }
}
