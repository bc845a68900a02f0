using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Measurements;

namespace LBTool.Live.Load;

/// <summary>One connection of HTTP/1.1, for one exchange at a time.</summary>
/// <param name="socket">A socket of its own, not connected yet.</param>
/// <param name="target">Where to connect to at the first exchange.</param>
/// <param name="requests">What the requests of its client say.</param>
internal sealed class Http1Connection(Socket socket, EndPoint target, Http1Requests requests) : SocketConnection(socket, target)
{
    private const int LargestHead = 64 * 1024;
    private const int LongestNumberAndEnd = 24;

    private byte[] _buffer = new byte[2048];

    // Bytes received and not used yet: from _start to _end.
    private int _start;
    private int _end;

    /// <inheritdoc/>
    protected override bool TrySend(long number)
    {
        var head = requests.HeadOf(number);
        Span<byte> message = stackalloc byte[head.Length + LongestNumberAndEnd];
        head.CopyTo(message);
        Utf8Formatter.TryFormat(number, message[head.Length..], out var digits);
        "\r\n\r\n"u8.CopyTo(message[(head.Length + digits)..]);
        return TrySend(message[..(head.Length + digits + 4)]);
    }

    /// <inheritdoc/>
    protected override async ValueTask<(RequestOutcome Outcome, bool IsReusable)> ReceiveAsync(OpenRequest request, ClientOptions options)
    {
        if (await ReceiveHeadAsync().ConfigureAwait(false) is not { } answer)
        {
            return (RequestOutcome.Reset, false);
        }

        var cookies = requests.JarOf(request.Number);
        foreach (var cookie in answer.Cookies)
        {
            cookies?.Take(cookie);
        }

        request.TakeHead(options.Clock.Now, answer.Status, answer.Backend.Length == 0 ? -1 : options.IndexOf(answer.Backend));
        var (ended, error) = await ReceiveBodyAsync(answer.Body).ConfigureAwait(false);
        return ended ? (Outcomes.Of(answer.Status), answer.KeepsAlive && _start == _end)
            : (error == SocketError.Success ? RequestOutcome.Truncated : RequestOutcome.Reset, false);
    }

    // Null when the connection ended before, or sent what is no head.
    private async ValueTask<AnswerHead?> ReceiveHeadAsync()
    {
        _start = _end = 0;
        while (true)
        {
            var size = AnswerHead.FindEnd(_buffer.AsSpan(_start.._end));
            if (size > 0)
            {
                var isHead = AnswerHead.TryParse(_buffer.AsSpan(_start, size), out var answer);
                _start += size;

                // 100 Continue and the like come before the answer.
                if (!isHead || answer.Status >= 200)
                {
                    return isHead ? answer : null;
                }
            }
            else if (!MakeRoom() || await FillAsync().ConfigureAwait(false) is (_, 0))
            {
                return null;
            }
        }
    }

    private bool MakeRoom()
    {
        if (_end == _buffer.Length)
        {
            if (_buffer.Length == LargestHead)
            {
                return false;
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        return true;
    }

    private async ValueTask<(bool Ended, SocketError Error)> ReceiveBodyAsync(AnswerBody body)
    {
        while (true)
        {
            _start += body.Take(_buffer.AsSpan(_start.._end));
            if (body.HasEnded)
            {
                return (true, SocketError.Success);
            }

            if (body.IsInvalid)
            {
                return (false, SocketError.Success);
            }

            _start = _end = 0;
            var (error, count) = await FillAsync().ConfigureAwait(false);
            if (count == 0)
            {
                return (error == SocketError.Success && body.EndsWithConnection, error);
            }
        }
    }

    private async ValueTask<(SocketError Error, int Count)> FillAsync()
    {
        var filled = await ReceiveAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
        _end += filled.Count;
        return filled;
    }
}
