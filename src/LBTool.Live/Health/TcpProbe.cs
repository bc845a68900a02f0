using System.Net;
using System.Net.Sockets;
using LBTool.Core.Health;
using LBTool.Live.Tcp;

namespace LBTool.Live.Health;

/// <summary>A backend that accepts a connection is well.</summary>
/// <param name="address">Where it listens.</param>
internal sealed class TcpProbe(IPEndPoint address) : Probe
{
    private readonly SocketOperation _operation = new();
    private volatile Socket? _socket;

    public override async ValueTask<ProbeResult> AskAsync()
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _socket = socket;
        try
        {
            var error = await _operation.ConnectAsync(socket, address).ConfigureAwait(false);
            return error == SocketError.Success ? new ProbeResult(true, "connected") : ProbeTexts.NotConnected(error);
        }
        catch (ObjectDisposedException)
        {
            return ProbeTexts.NotConnected(SocketError.OperationAborted);
        }
    }

    public override void Cut() => _socket?.Dispose();

    public override void Dispose()
    {
        Cut();
        _operation.Dispose();
    }
}
