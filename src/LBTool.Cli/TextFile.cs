using System.Text;

namespace LBTool.Cli;

/// <summary>Reads what a user names: it may be a pipe that nobody writes to, or a device that never ends.</summary>
internal static class TextFile
{
    // What is not UTF-8 stays in the text as what no text has, so that whoever reads that can tell its place.
    private static readonly Encoding Utf8 = Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, new DecoderReplacementFallback("\uFFFF"));

    /// <summary>Its text, as far as that many characters, with U+FFFF, which is no character, for what is not UTF-8.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">On <paramref name="stop"/>, also while the system waits for a writer to open it.</exception>
    public static Task<string> ReadAsync(string file, int atMost, CancellationToken stop) => Task.Run(() => Read(file, atMost, stop), stop).WaitAsync(stop);

    private static async Task<string> Read(string file, int atMost, CancellationToken stop)
    {
        using var reader = new StreamReader(file, Utf8);
        var text = new StringBuilder();
        var buffer = new char[64 * 1024];
        while (text.Length < atMost && await reader.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, atMost - text.Length)), stop) is > 0 and var length)
        {
            text.Append(buffer, 0, length);
        }

        return text.ToString();
    }
}
