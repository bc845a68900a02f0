using System.Buffers.Binary;
using System.Net;

namespace LBTool.Core.Arrivals;

/// <summary>
/// The addresses by which a load balancer tells clients apart: 127.0.0.1 for a single one, else 127.1.0.1, 127.1.0.2, …
/// </summary>
public static class ClientAddress
{
    /// <summary>The address of a client.</summary>
    /// <param name="index">0 … <paramref name="count"/> − 1.</param>
    /// <param name="count">How many clients there are.</param>
    public static IPAddress Of(int index, int count)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, 0x7F01_0001 + index);
        return count == 1 ? IPAddress.Loopback : new IPAddress(bytes);
    }
}
