using System.Net.Sockets;

namespace LBTool.Live.Tcp;

/// <summary>Accepts connections for as long as a listener is open, whatever happens to single ones.</summary>
internal static class AcceptLoop
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(20);

    /// <summary>Accepts until the listener was closed.</summary>
    /// <param name="listener">Listens.</param>
    /// <param name="isOpen">Whether it is meant to be open.</param>
    /// <param name="serve">Gets each connection; must neither wait nor throw.</param>
    public static async Task RunAsync(Socket listener, Func<bool> isOpen, Action<Socket> serve)
    {
        while (isOpen())
        {
            try
            {
                serve(await listener.AcceptAsync());
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // The listener was closed; or descriptors ran out or a client has left in the queue, and the next may work.
                if (isOpen())
                {
                    await Task.Delay(Retry);
                }
            }
        }
    }
}
