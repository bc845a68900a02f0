using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LBTool.Live.Load;

/// <summary>
/// The addresses by which a load balancer tells clients apart: 127.0.0.1 for a single one, else 127.1.0.1, 127.1.0.2, …
/// </summary>
internal static class SourceAddresses
{
    // Linux owns all of 127.0.0.0/8; macOS has 127.0.0.1 alone until the others are configured.
    private static readonly Lazy<bool> CanBind = new(() => TryBind(OfClient(0, count: 2)));

    /// <summary>The address of a client.</summary>
    /// <param name="index">0 … <paramref name="count"/> − 1.</param>
    /// <param name="count">How many clients there are.</param>
    public static IPAddress OfClient(int index, int count)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, 0x7F01_0001 + index);
        return count == 1 ? IPAddress.Loopback : new IPAddress(bytes);
    }

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
