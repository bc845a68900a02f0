using System.Net;
using System.Net.Sockets;

namespace LBTool.Live.Faults;

/// <summary>
/// A port that stays ours whether or not anybody listens on it. While shut it is held by a bound socket that does not
/// listen: connects are refused, and no outgoing connection of any process gets the port by chance.
/// </summary>
internal sealed class HeldPort(IPEndPoint wanted) : IDisposable
{
    private Socket? _held;
    private bool _disposed;

    /// <summary>The address; its port is the actual one once it was opened.</summary>
    public IPEndPoint Address { get; private set; } = wanted;

    /// <summary>The listening socket, or null while the port is shut.</summary>
    public Socket? Listener { get; private set; }

    /// <summary>Listens, and returns the socket to accept from.</summary>
    /// <exception cref="SocketException">The address is in use or not one of this machine.</exception>
    public Socket Open()
    {
        var socket = _held ?? Bind();
        _held = null;
        try
        {
            socket.Listen();
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        Address = (IPEndPoint)socket.LocalEndPoint!;
        return Listener = socket;
    }

    /// <summary>Stops listening; connections not yet accepted are reset by the system.</summary>
    public void Shut()
    {
        Listener?.Dispose();
        Listener = null;
        try
        {
            _held ??= _disposed ? null : Bind();
        }
        catch (SocketException)
        {
            // Somebody took the port in this instant. Open tries again, and reports it if it is still taken.
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Listener?.Dispose();
        Listener = null;
        _held?.Dispose();
    }

    // ReuseAddress is not set: on Linux it would let a second listener in. The runtime takes care of TIME_WAIT by itself.
    private Socket Bind()
    {
        var socket = new Socket(Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (Address.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(Address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
