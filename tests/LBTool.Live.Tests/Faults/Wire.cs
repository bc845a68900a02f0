using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Faults;

namespace LBTool.Live.Tests.Faults;

/// <summary>A fault proxy on loopback with an upstream behind it, and both ends of every connection in the test's hands.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly Socket _upstream = Listen();

    // Sockets that a test lets go of must live until its end: the garbage collector would close them.
    private readonly List<Socket> _sockets = [];

    private Wire(ulong seed) =>
        Proxy = new FaultProxy("wire", new IPEndPoint(IPAddress.Loopback, 0), _upstream.LocalEndPoint!, new RandomStream(seed));

    public FaultProxy Proxy { get; }

    public static Wire Open(ulong seed = 1)
    {
        var wire = new Wire(seed);
        wire.Proxy.Start();
        return wire;
    }

    public static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    public static ToxicEffect Toxic(string type, StreamDirection stream, params (string Name, double Value)[] attributes) =>
        new(type, stream, 1, attributes.ToImmutableSortedDictionary(a => a.Name, a => a.Value));

    public void Add(string type, params (string Name, double Value)[] attributes) =>
        Proxy.Add(type, Toxic(type, StreamDirection.Downstream, attributes));

    public async Task<Socket> DialAsync()
    {
        var client = Kept(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        await client.ConnectAsync(Proxy.Listen, Peer.Deadline());
        return client;
    }

    public async Task<Socket> AcceptAsync() => Kept(await _upstream.AcceptAsync(Peer.Deadline()));

    /// <summary>One connection: the client's end and the server's end.</summary>
    public async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        var client = await DialAsync();
        var server = await AcceptAsync();
        server.NoDelay = true;
        return (client, server);
    }

    /// <summary>
    /// Sockets of this process that belong to this wire: both ends of its connections, and what listens. Closed ones that
    /// the system still remembers have no file any more, and so no inode. The system's list is not of one moment: while
    /// others connect and close, a line may come twice (hence the distinct inodes) or be left out, so ask again.
    /// Linux only, elsewhere 0.
    /// </summary>
    public int OpenSockets()
    {
        string[] ports = [Hex(Proxy.Listen), Hex((IPEndPoint)_upstream.LocalEndPoint!)];
        return !OperatingSystem.IsLinux() ? 0 : File.ReadLines("/proc/net/tcp").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => ports.Contains(fields[1]) || ports.Contains(fields[2]))
            .Select(fields => fields[9])
            .Where(inode => inode != "0")
            .Distinct()
            .Count();
    }

    public void StopUpstream() => _upstream.Dispose();

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        _upstream.Dispose();
        _sockets.ForEach(socket => socket.Dispose());
    }

    // 127.0.0.1:8474 as the kernel prints it.
    private static string Hex(IPEndPoint endPoint) => $"0100007F:{endPoint.Port:X4}";

    private Socket Kept(Socket socket)
    {
        _sockets.Add(socket);
        return socket;
    }
}

/// <summary>What one end of a connection does and sees. Everything that waits gives up after a generous deadline.</summary>
internal static class Peer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static CancellationToken Deadline() => new CancellationTokenSource(Patience).Token;

    public static async Task SayAsync(this Socket socket, string text) =>
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(text), Deadline());

    public static async Task<string> HearAsync(this Socket socket, int length) =>
        System.Text.Encoding.ASCII.GetString(await socket.ReadAsync(length));

    public static async Task<byte[]> ReadAsync(this Socket socket, int length)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var count = await socket.ReceiveAsync(bytes.AsMemory(read), Deadline());
            Assert.True(count > 0, $"the stream ended after {read} of {length} bytes");
            read += count;
        }

        return bytes;
    }

    /// <summary>Reads up to the end; says how many bytes there were.</summary>
    public static async Task<long> DrainAsync(this Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var total = 0L;
        int count;
        while ((count = await socket.ReceiveAsync(buffer, Deadline())) > 0)
        {
            total += count;
        }

        return total;
    }

    /// <summary>Sends until nothing has gone for a while; says how many bytes there were.</summary>
    public static async Task<long> SendUntilStuckAsync(this Socket socket)
    {
        var chunk = new byte[64 * 1024];
        var sent = 0L;
        socket.Blocking = false;
        for (var idle = 0; idle < 20 && sent < 200_000_000;)
        {
            try
            {
                sent += socket.Send(chunk);
                idle = 0;
            }
            catch (SocketException full) when (full.SocketErrorCode == SocketError.WouldBlock)
            {
                idle++;
                await Task.Delay(10);
            }
        }

        return sent;
    }

    public static async Task SeesEndAsync(this Socket socket) =>
        Assert.Equal(0, await socket.ReceiveAsync(new byte[1], Deadline()));

    public static async Task SeesResetAsync(this Socket socket)
    {
        var error = await Assert.ThrowsAsync<SocketException>(async () => await socket.DrainAsync());
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    /// <summary>Nothing comes for a while: enough to fail if something were on its way.</summary>
    public static async Task StaysSilentAsync(this Socket socket)
    {
        using var shortly = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, shortly.Token));
    }

    public static async Task IsRefusedAsync(IPEndPoint address)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var error = await Assert.ThrowsAsync<SocketException>(async () => await client.ConnectAsync(address, Deadline()));
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    public static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"not reached: {what}");
            await Task.Delay(5);
        }
    }
}
