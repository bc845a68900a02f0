using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LBTool.Core.Measurements;

namespace LBTool.Live.Load;

/// <summary>
/// One connection to backends that echo lines: sends a request's number as a line, and reads the line that answers it,
/// <c>BACKEND STATUS …</c>, of any length.
/// </summary>
/// <param name="socket">A socket of its own, not connected yet.</param>
/// <param name="target">Where to connect to at the first exchange.</param>
internal sealed class LineConnection(Socket socket, EndPoint target) : SocketConnection(socket, target)
{
    private const byte EndOfLine = (byte)'\n';
    private const int LongestNumber = 20;

    // Backend and status are within the first so many bytes; what follows is not kept.
    private readonly byte[] _buffer = new byte[4096];

    /// <inheritdoc/>
    protected override bool TrySend(long number)
    {
        Span<byte> line = stackalloc byte[LongestNumber + 1];
        Utf8Formatter.TryFormat(number, line, out var digits);
        line[digits] = EndOfLine;
        return TrySend(line[..(digits + 1)]);
    }

    /// <inheritdoc/>
    protected override async ValueTask<(RequestOutcome Outcome, bool IsReusable)> ReceiveAsync(OpenRequest request, ClientOptions options)
    {
        var (status, size) = (0, 0);
        while (true)
        {
            var (error, count) = await ReceiveAsync(_buffer.AsMemory(size)).ConfigureAwait(false);
            if (count == 0)
            {
                return (status > 0 && error == SocketError.Success ? RequestOutcome.Truncated : RequestOutcome.Reset, false);
            }

            var end = _buffer.AsSpan(size, count).IndexOf(EndOfLine);
            size += count;
            if (status == 0 && TryReadHead(_buffer.AsSpan(0, size), options, out status, out var backend))
            {
                request.TakeHead(options.Clock.Now, status, backend);
            }

            if (end >= 0)
            {
                return status > 0 ? (Outcomes.Of(status), end == count - 1) : (RequestOutcome.Reset, false);
            }

            // Once the head is known, the rest is only read; without one by now, it is no answer.
            if (status > 0)
            {
                size = 0;
            }
            else if (size == _buffer.Length)
            {
                return (RequestOutcome.Reset, false);
            }
        }
    }

    // NAME STATUS, and a space or the end of the line.
    private static bool TryReadHead(ReadOnlySpan<byte> line, ClientOptions options, out int status, out int backend)
    {
        (status, backend) = (0, -1);
        var space = line.IndexOf((byte)' ');
        if (space <= 0 || !Utf8Parser.TryParse(line[(space + 1)..], out int number, out var digits)
            || number < 100 || line.Length <= space + 1 + digits || line[space + 1 + digits] is not ((byte)' ' or EndOfLine))
        {
            return false;
        }

        status = number;
        Span<char> name = stackalloc char[space];
        backend = options.IndexOf(name[..Encoding.UTF8.GetChars(line[..space], name)]);
        return true;
    }
}
