using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Limits;
using LBTool.Core.Measurements;
using LBTool.Live.Balancers;
using LBTool.Live.Tests.Faults;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Balancers;

/// <summary>A TCP balancer, and both ends of every connection through it in the test's hands.</summary>
internal sealed class TcpRig : IAsyncDisposable
{
    // Sockets that a test lets go of must live until its end: the garbage collector would close them.
    private readonly List<Socket> _sockets = [];
    private readonly ImmutableArray<Socket> _backends;

    private TcpRig(ImmutableArray<Socket> backends, Pool pool, TcpBalancer balancer, Recording recording)
    {
        _backends = backends;
        Pool = pool;
        Balancer = balancer;
        Recording = recording;
    }

    public Pool Pool { get; }

    public TcpBalancer Balancer { get; }

    public Recording Recording { get; }

    public LeaseRecord[] Leases => [.. Recording.Leases.Read()];

    /// <summary>With so many backends, those of the first <paramref name="dead"/> indices refusing every connect.</summary>
    public static async Task<TcpRig> StartAsync(
        int backends = 1, int dead = 0, TimeSpan? timeout = null, Balancer? rule = null, bool usesKey = false, OnLost? sticky = null)
    {
        var listeners = Enumerable.Range(0, backends).Select(index => index < dead ? Hold() : Wire.Listen()).ToImmutableArray();
        return await InFrontOfAsync(listeners, timeout, rule, usesKey, sticky);
    }

    public static async Task<TcpRig> InFrontOfAsync(
        ImmutableArray<Socket> backends, TimeSpan? timeout = null, Balancer? rule = null, bool usesKey = false, OnLost? sticky = null,
        QueueSpec? queue = null, int maxInFlight = int.MaxValue)
    {
        var pool = new Pool(
            backends.Select((_, index) => new Backend($"b{index + 1}", index) { MaxInFlight = maxInFlight }), rule ?? new RoundRobin());
        var clock = new RunClock();
        clock.Start();
        var recording = new Recording();
        var options = new TcpBalancerOptions(new IPEndPoint(IPAddress.Loopback, 0), timeout ?? Rig.LongTimeout) { UsesKey = usesKey, Sticky = sticky };
        options = queue is null ? options : options with { Queue = queue };
        var balancer = new TcpBalancer(pool, [.. backends.Select(backend => (IPEndPoint)backend.LocalEndPoint!)], options, clock, recording);
        await balancer.StartAsync(TestContext.Current.CancellationToken);
        return new TcpRig(backends, pool, balancer, recording);
    }

    /// <summary>A port that is taken, and on which nobody listens.</summary>
    public static Socket Hold()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    public async Task<Socket> DialAsync(IPAddress? from = null)
    {
        var client = Kept(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        if (from is not null)
        {
            client.Bind(new IPEndPoint(from, 0));
        }

        await client.ConnectAsync(Balancer.EndPoint, Peer.Deadline());
        return client;
    }

    public async Task<Socket> AcceptAsync(int backend = 0)
    {
        var server = Kept(await _backends[backend].AcceptAsync(Peer.Deadline()));
        server.NoDelay = true;
        return server;
    }

    /// <summary>One connection: the client's end and the backend's end.</summary>
    public async Task<(Socket Client, Socket Server)> ConnectAsync(int backend = 0)
    {
        var client = await DialAsync();
        return (client, await AcceptAsync(backend));
    }

    /// <summary>Whether a connection waits to be accepted by a backend.</summary>
    public bool IsConnected(int backend) =>
        _backends[backend].GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is 1
        && _backends[backend].Poll(0, SelectMode.SelectRead);

    /// <summary>The only lease, once it has ended.</summary>
    public async Task<LeaseRecord> LeaseAsync() => Assert.Single(await LeasesAsync(1));

    /// <summary>All leases, once there are so many and none is open.</summary>
    public async Task<LeaseRecord[]> LeasesAsync(int count)
    {
        await Eventually.TrueAsync(() => Recording.Leases.Count >= count && Pool.InFlight == 0, $"{count} leases have ended");
        return Leases;
    }

    public async ValueTask DisposeAsync()
    {
        await Balancer.DisposeAsync();
        foreach (var socket in _sockets.Concat(_backends))
        {
            socket.Dispose();
        }
    }

    private Socket Kept(Socket socket)
    {
        _sockets.Add(socket);
        return socket;
    }
}
