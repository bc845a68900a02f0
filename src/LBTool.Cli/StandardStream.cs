using System.Runtime.InteropServices;
using LBTool.Live;

namespace LBTool.Cli;

/// <summary>
/// Standard output or standard error as a place that may be full or gone: what cannot be written is lost, and is never
/// the reason why a run ends. Whoever ends the process asks whether anything was.
/// </summary>
internal sealed partial class StandardStream(Stream inner) : ForwardStream
{
    private const int OutputDescriptor = 1;
    private const short PollError = 8;

    /// <summary>Why something was lost; null as long as nothing was.</summary>
    public Exception? Loss { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <summary>Whether nobody reads standard output any more, as after <c>| head -1</c>. A write does not tell: .NET ignores that.</summary>
    public static bool OutputHasNoReader
    {
        get
        {
            var output = new PollRequest { Descriptor = OutputDescriptor };
            return !OperatingSystem.IsWindows() && Poll(ref output, 1, 0) > 0 && (output.Returned & PollError) != 0;
        }
    }

    /// <summary>Puts one in the place of standard output, and one in the place of standard error.</summary>
    /// <returns>That of standard output.</returns>
    public static StandardStream Install()
    {
        var output = new StandardStream(Console.OpenStandardOutput());
        Console.SetOut(output.CreateWriter());
        Console.SetError(new StandardStream(Console.OpenStandardError()).CreateWriter());
        return output;
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Loss ??= exception;
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    // Of the encodings of a console, UTF-8 alone would begin with a mark.
    private StreamWriter CreateWriter() =>
        new(this, Console.OutputEncoding is System.Text.UTF8Encoding ? new System.Text.UTF8Encoding(false) : Console.OutputEncoding) { AutoFlush = true };

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollRequest requests, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Requested;
        public short Returned;
    }
}
