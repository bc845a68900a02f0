using System.Net;
using LBTool.Core.Balancing;

namespace LBTool.Live.Balancers;

/// <summary>The key of a client that is known by its address.</summary>
internal static class ClientKey
{
    private const int LongestAddress = 16;

    /// <summary>The hash of an address: of its bytes, so that 10.0.0.1 and ::ffff:10.0.0.1 are the same client.</summary>
    public static ulong Of(IPAddress client)
    {
        Span<byte> bytes = stackalloc byte[LongestAddress];
        (client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client).TryWriteBytes(bytes, out var count);
        return KeyHash.Of(bytes[..count]);
    }
}
