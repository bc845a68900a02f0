using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LBTool.Live.Tests.Backends;

/// <summary>A client of bytes, which shows how a connection ended.</summary>
internal static class RawClient
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>All that comes back for a GET in HTTP/1.1, and whether the connection was then closed (Success) or reset.</summary>
    public static async Task<(string Received, SocketError Error)> GetAsync(IPEndPoint address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address, Stop);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: b1\r\n\r\n"u8.ToArray(), Stop);
        var received = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer, Stop)) > 0)
            {
                received.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }

            return (received.ToString(), SocketError.Success);
        }
        catch (SocketException e)
        {
            return (received.ToString(), e.SocketErrorCode);
        }
    }
}
