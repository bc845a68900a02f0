using System.Net;
using System.Net.Sockets;
using LBTool.Core.Arrivals;

namespace LBTool.Live.Load;

/// <summary>
/// Whether clients can have the addresses of <see cref="ClientAddress"/>.
/// </summary>
internal static class SourceAddresses
{
    // Linux owns all of 127.0.0.0/8; macOS has 127.0.0.1 alone until the others are configured.
    private static readonly Lazy<bool> CanBind = new(() => TryBind(ClientAddress.Of(0, count: 2)));

    /// <summary>Whether connections to <paramref name="target"/> can come from these addresses.</summary>
    public static bool CanReach(Uri target) => target is { IsLoopback: true, HostNameType: not UriHostNameType.IPv6 } && CanBind.Value;

    private static bool TryBind(IPAddress address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
