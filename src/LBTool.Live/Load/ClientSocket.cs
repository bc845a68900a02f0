using System.Net;
using System.Net.Sockets;

namespace LBTool.Live.Load;

/// <summary>Sockets as clients want them: no delay of small writes, and a source address of their own.</summary>
internal static class ClientSocket
{
    /// <summary>A socket that is not connected yet.</summary>
    /// <param name="target">Where it will go.</param>
    /// <param name="source">Address to connect from; null: the system's choice.</param>
    public static Socket Create(Uri target, IPAddress? source)
    {
        var socket = target.HostNameType == UriHostNameType.IPv4 || source is not null
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        if (source is not null)
        {
            LeavePortOpen(socket);
            socket.Bind(new IPEndPoint(source, 0));
        }

        return socket;
    }

    /// <summary>The end point that a URL names.</summary>
    public static EndPoint EndPointOf(Uri target) => IPAddress.TryParse(target.IdnHost, out var address)
        ? new IPEndPoint(address, target.Port)
        : new DnsEndPoint(target.IdnHost, target.Port);

    // IP_BIND_ADDRESS_NO_PORT: Linux then picks the port when it connects and knows the target; else every connection
    // that is closing would keep its port from all targets.
    private static void LeavePortOpen(Socket socket)
    {
        const int IpLevel = 0;
        const int BindAddressNoPort = 24;
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(IpLevel, BindAddressNoPort, [1, 0, 0, 0]);
        }
    }
}
