using System.Net.Sockets;

namespace LBTool.Live.Tcp;

/// <summary>The two ends that a connection can be given.</summary>
internal static class SocketEnd
{
    /// <summary>
    /// Closes a socket with RST, as a crash does, so that the other side reads an error and not an end. What the kernel
    /// has not sent yet is lost.
    /// </summary>
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

    /// <summary>Closes a socket with FIN. Whoever sends more is answered with a reset by the system.</summary>
    public static void Finish(this Socket socket)
    {
        // The runtime resets a connection that is disposed of under a pending read, unless its sending was shut down before.
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Not connected, or closed already: there is no peer to be told.
        }

        socket.Dispose();
    }
}
