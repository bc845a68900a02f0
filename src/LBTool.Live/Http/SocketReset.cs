using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace LBTool.Live.Http;

/// <summary>Ends a connection as a crash does: with RST, so that the other side reads an error and not an end.</summary>
internal static class SocketReset
{
    /// <summary>Resets the connection and aborts what runs on it.</summary>
    public static void Reset(this ConnectionContext connection)
    {
        connection.Features.Socket().Reset();
        connection.Abort();
    }

    /// <summary>Closes a socket with RST. What the kernel has not sent yet is lost.</summary>
    public static void Reset(this Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side was faster: there is nothing left to reset.
        }

        socket.Dispose();
    }

    /// <summary>The socket under a Kestrel connection.</summary>
    public static Socket Socket(this IFeatureCollection features) =>
        features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
}
