using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using LBTool.Core.Health;
using LBTool.Live.Tcp;

namespace LBTool.Live.Health;

/// <summary>A backend that accepts a connection is well; with TLS, one that shakes hands on it.</summary>
/// <param name="address">Where it listens.</param>
/// <param name="isTls">Whether it is to speak TLS.</param>
internal sealed class TcpProbe(IPEndPoint address, bool isTls) : Probe
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
            return error != SocketError.Success ? ProbeTexts.NotConnected(error)
                : isTls ? await ShakeHandsAsync(socket).ConfigureAwait(false)
                : new ProbeResult(true, "connected");
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

    private static async ValueTask<ProbeResult> ShakeHandsAsync(Socket socket)
    {
        try
        {
            await using var stream = new SslStream(new NetworkStream(socket));
            await stream.AuthenticateAsClientAsync(ClientProbe.AnyCertificate()).ConfigureAwait(false);
            return new ProbeResult(true, "TLS handshake done");
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return ProbeTexts.NoTls;
        }
    }
}
