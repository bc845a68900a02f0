using System.Text;

namespace LBTool.Cli;

/// <summary>Reads what a user names: it may be a pipe that nobody writes, or never ends.</summary>
internal static class TextFile
{
    // The largest scenario or summary is a fraction of it.
    private const int Longest = 256 * 1024 * 1024;

    /// <summary>All of its text.</summary>
    /// <exception cref="IOException">It cannot be read, or is longer than any file that lbtool reads.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">On <paramref name="stop"/>, also while the system waits for a writer to open it.</exception>
    public static Task<string> ReadAsync(string file, CancellationToken stop) => Task.Run(() => Read(file, stop), stop).WaitAsync(stop);

    private static async Task<string> Read(string file, CancellationToken stop)
    {
        using var reader = new StreamReader(file);
        var text = new StringBuilder();
        var buffer = new char[64 * 1024];
        while (await reader.ReadAsync(buffer, stop) is > 0 and var length)
        {
            if (text.Append(buffer, 0, length).Length > Longest)
            {
                throw new IOException($"it is longer than {Longest / 1024 / 1024} MiB");
            }
        }

        return text.ToString();
    }
}
