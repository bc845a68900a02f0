using System.Net.Sockets;

namespace LBTool.Benchmarks.Tcp;

/// <summary>The cheapest HTTP server: the same small answer to whatever ends in a blank line.</summary>
internal static class FixedAnswer
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nHello world!"u8.ToArray();

    /// <summary>Answers until the client ends, or once, if it asks for that.</summary>
    public static async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var buffer = new byte[4096];
            try
            {
                while (await socket.ReceiveAsync(buffer.AsMemory()) is > 0 and var count)
                {
                    await socket.SendAsync(Answer);
                    if (buffer.AsSpan(0, count).IndexOf("Connection: close"u8) >= 0)
                    {
                        socket.Shutdown(SocketShutdown.Send);
                    }
                }
            }
            catch (SocketException)
            {
                // wrk resets what is open when its time is over.
            }
        }
    }
}
