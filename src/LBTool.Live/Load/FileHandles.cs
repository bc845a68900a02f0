using System.Runtime.InteropServices;

namespace LBTool.Live.Load;

/// <summary>How many files and sockets this process may have open.</summary>
internal static partial class FileHandles
{
    // Three hops of two sockets each for a request in flight, and idle connections kept at each of them.
    private const int SocketsARequest = 10;
    private const int Reserve = 256;

    /// <summary>Requests that may be open at once, given that all of their sockets are in this process.</summary>
    public static int RequestsAtOnce(int atMost) =>
        Limit is { } limit ? (int)Math.Clamp((limit - Reserve) / SocketsARequest, 16, atMost) : atMost;

    /// <summary>The limit (<c>ulimit -n</c>), which .NET has raised to the hard one; null where there is none.</summary>
    public static long? Limit
    {
        get
        {
            var resource = OperatingSystem.IsMacOS() ? 8 : 7;
            return !OperatingSystem.IsWindows() && GetLimit(resource, out var limit) == 0 && limit.Soft is > 0 and < int.MaxValue
                ? limit.Soft
                : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out ResourceLimit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public long Soft;
        public long Hard;
    }
}
