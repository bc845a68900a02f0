using System.Net;
using System.Net.Sockets;
using LBTool.Core.Faults;
using LBTool.Core.Scenarios;
using LBTool.Live.Tcp;

namespace LBTool.Live.Faults;

/// <summary>A client's connection through a <see cref="FaultProxy"/>: two sockets and a link each way.</summary>
internal sealed class ProxiedConnection(FaultProxy proxy, Socket client)
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Socket? _server;
    private Link? _upstream;
    private Link? _downstream;
    private bool _closed;

    /// <summary>Cancelled when the connection closes.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Completes when all work for this connection has ended.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Dials, and carries data both ways until the connection is over.</summary>
    public void Start(EndPoint? upstream, PauseGate pause) => Completion = RunAsync(upstream, pause);

    /// <summary>Gives the connection its links; false when it was closed meanwhile.</summary>
    public bool Attach(ToxicChain upstream, ToxicChain downstream, PauseGate pause)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            _upstream = new Link(this, client, _server!, upstream, pause, proxy.Upstream);
            _downstream = new Link(this, _server!, client, downstream, pause, proxy.Downstream);
            return true;
        }
    }

    /// <summary>The link of this direction; null before there is one.</summary>
    public Link? LinkOf(StreamDirection direction) =>
        direction == StreamDirection.Upstream ? _upstream : _downstream;

    /// <summary>The link that reads from <paramref name="source"/>.</summary>
    public Link? LinkFrom(Socket source) => source == client ? _upstream : _downstream;

    /// <summary>Closes both sockets at once, with FIN or with RST; what is in flight is lost. Safe to call again.</summary>
    public void Close(bool reset)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
        }

        proxy.Forget(this);
        Close(client, reset);
        Close(_server, reset);
        _closing.Cancel();
        _upstream?.Abandon();
        _downstream?.Abandon();
    }

    private async Task RunAsync(EndPoint? upstream, PauseGate pause)
    {
        try
        {
            while (pause.Opening is { } opening)
            {
                await opening;
            }

            if (upstream is not null && await DialAsync(upstream) && proxy.Attach(this))
            {
                await Task.WhenAll(_upstream!.RunAsync(), _downstream!.RunAsync());
            }
        }
        catch (Exception refused) when (refused is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed below, and not with a reset: that would reach clients before their connect has returned, and make
            // the proxy look as if it did not listen.
        }
        finally
        {
            Close(reset: false);
            proxy.Ended();
        }
    }

    private async Task<bool> DialAsync(EndPoint upstream)
    {
        SetOptions(client);
        var server = upstream is IPEndPoint
            ? new Socket(upstream.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (_gate)
        {
            _server = server;
            if (_closed)
            {
                server.Dispose();
                return false;
            }
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Closing);
        limit.CancelAfter(DialTimeout);
        await server.ConnectAsync(upstream, limit.Token);
        SetOptions(server);
        return true;
    }

    // Keep-alive finds peers that vanished without a word.
    private static void SetOptions(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
    }

    private static void Close(Socket? socket, bool reset)
    {
        if (reset)
        {
            socket?.Reset();
        }
        else
        {
            socket?.Finish();
        }
    }
}
