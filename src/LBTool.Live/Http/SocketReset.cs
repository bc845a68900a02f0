using System.Net.Sockets;
using LBTool.Live.Tcp;
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

    /// <summary>The socket under a Kestrel connection.</summary>
    public static Socket Socket(this IFeatureCollection features) =>
        features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
}
