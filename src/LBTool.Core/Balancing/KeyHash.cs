using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace LBTool.Core.Balancing;

/// <summary>
/// The hash of keys and of backend names: 64 bits, without a seed, the same in every process and every version, so
/// that independent balancers send a key to the same backend. It is XXH3 over UTF-8 or raw bytes.
/// </summary>
public static class KeyHash
{
    private const int StackBytes = 256;

    /// <summary>The hash of bytes, e.g. of an address.</summary>
    public static ulong Of(ReadOnlySpan<byte> key) => XxHash3.HashToUInt64(key);

    /// <summary>The hash of a text, of any length; allocates nothing.</summary>
    public static ulong Of(ReadOnlySpan<char> key)
    {
        Span<byte> bytes = stackalloc byte[StackBytes];
        if (Encoding.UTF8.TryGetBytes(key, bytes, out var count))
        {
            return XxHash3.HashToUInt64(bytes[..count]);
        }

        // Too long for the stack: in pieces, each chained to the one before.
        var hash = 0UL;
        while (key.Length > 0)
        {
            var piece = key[..Math.Min(key.Length, StackBytes)];
            hash = Mix(hash, XxHash3.HashToUInt64(MemoryMarshal.AsBytes(piece)));
            key = key[piece.Length..];
        }

        return hash;
    }

    /// <summary>One hash of two: as good as a new one for each pair.</summary>
    internal static ulong Mix(ulong a, ulong b)
    {
        var z = (a ^ (b * 0x9E3779B97F4A7C15)) + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
