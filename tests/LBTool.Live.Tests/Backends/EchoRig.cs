using System.Net.Sockets;
using System.Text;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Backends;
using LBTool.Live.Tests.Faults;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Backends;

/// <summary>One backend that echoes lines, and clients for it.</summary>
internal sealed class EchoRig : IAsyncDisposable
{
    private readonly List<Socket> _clients = [];

    private EchoRig(FakeBackend backend, Recording recording)
    {
        Backend = backend;
        Recording = recording;
    }

    public FakeBackend Backend { get; }

    public Recording Recording { get; }

    public static async Task<EchoRig> StartAsync(BackendSpec spec)
    {
        var recording = new Recording();
        var clock = new RunClock();
        clock.Start();
        var backend = FakeBackend.Echoing(spec, index: 3, new RandomStream(1), clock, recording);
        await backend.StartAsync(TestContext.Current.CancellationToken);
        return new EchoRig(backend, recording);
    }

    public async Task<Socket> DialAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _clients.Add(client);
        await client.ConnectAsync(Backend.EndPoint, Peer.Deadline());
        return client;
    }

    /// <summary>A line of a connection's own; gives the line that answers it, without its end.</summary>
    public async Task<string> AskAsync(string line)
    {
        var client = await DialAsync();
        await client.SayAsync(line + "\n");
        return await client.LineAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Backend.DisposeAsync();
    }
}

internal static class Lines
{
    /// <summary>The next line, without its end.</summary>
    public static async Task<string> LineAsync(this Socket socket)
    {
        var line = new StringBuilder();
        while (await socket.HearAsync(1) is var next && next != "\n")
        {
            line.Append(next);
        }

        return line.ToString();
    }
}
