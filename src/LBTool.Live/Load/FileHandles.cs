using System.Runtime.InteropServices;
using LBTool.Core.Runs;

namespace LBTool.Live.Load;

/// <summary>How many files and sockets this process may have open.</summary>
internal static partial class FileHandles
{
    // Three hops of two sockets each for a request in flight, and idle connections kept at each of them.
    private const int SocketsARequest = 10;
    private const int Reserve = 256;

    // Below it .NET itself fails to start what a world needs, and ends the process.
    private const int Fewest = 512;

    /// <summary>Makes sure that a world can start at all.</summary>
    /// <param name="limit">Files that this process may open: <see cref="Limit"/>.</param>
    /// <exception cref="WorldException">They are too few.</exception>
    public static void Demand(long? limit)
    {
        if (limit < Fewest)
        {
            throw new WorldException($"This process may open only {limit} files, and needs {Fewest} at least: raise the limit (ulimit -n {Fewest}, or more)");
        }
    }

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
