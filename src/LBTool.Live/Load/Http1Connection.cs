using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Measurements;

namespace LBTool.Live.Load;

/// <summary>One connection of HTTP/1.1, for one exchange at a time.</summary>
/// <param name="socket">A socket of its own, not connected yet.</param>
/// <param name="target">Where to connect to at the first exchange.</param>
internal sealed class Http1Connection(Socket socket, EndPoint target) : IDisposable
{
    private const int LargestHead = 64 * 1024;
    private const int LongestNumberAndEnd = 24;

    private readonly SocketOperation _operation = new();
    private byte[] _buffer = new byte[2048];

    // Bytes received and not used yet: from _start to _end.
    private int _start;
    private int _end;
    private bool _connected;

    /// <summary>Whether another exchange may follow the last one.</summary>
    public bool IsReusable { get; private set; }

    /// <summary>Whether the server closed or reset the idle connection, or sent what nobody asked for.</summary>
    public bool HasEnded => socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Closes the connection; an exchange under way ends at once. Any thread may call it, more than once.</summary>
    public void Dispose()
    {
        socket.Dispose();
        _operation.Dispose();
    }

    /// <summary>Sends a request and reads its answer to the end.</summary>
    /// <param name="request">Is told when the answer's head comes.</param>
    /// <param name="head">The request's head up to its number.</param>
    /// <param name="cookies">Where cookies of the answer are kept; null: nowhere.</param>
    /// <param name="options">Knows the backends and the time.</param>
    public async ValueTask<RequestOutcome> AskAsync(OpenRequest request, byte[] head, CookieJar? cookies, ClientOptions options)
    {
        IsReusable = false;
        if (!_connected && await _operation.ConnectAsync(socket, target).ConfigureAwait(false) != SocketError.Success)
        {
            return RequestOutcome.ConnectFailed;
        }

        _connected = true;
        if (!TrySend(head, request.Number))
        {
            return RequestOutcome.Reset;
        }

        if (await ReceiveHeadAsync().ConfigureAwait(false) is not { } answer)
        {
            return RequestOutcome.Reset;
        }

        foreach (var cookie in answer.Cookies)
        {
            cookies?.Take(cookie);
        }

        request.TakeHead(options.Clock.Now, answer.Status, answer.Backend.Length == 0 ? -1 : options.IndexOf(answer.Backend));
        var (ended, error) = await ReceiveBodyAsync(answer.Body).ConfigureAwait(false);
        if (!ended)
        {
            return error == SocketError.Success ? RequestOutcome.Truncated : RequestOutcome.Reset;
        }

        IsReusable = answer.KeepsAlive && _start == _end;
        return Outcomes.Of(answer.Status);
    }

    // The socket's send buffer is empty here, so that a request of a few hundred bytes never waits.
    private bool TrySend(byte[] head, long number)
    {
        Span<byte> message = stackalloc byte[head.Length + LongestNumberAndEnd];
        head.CopyTo(message);
        Utf8Formatter.TryFormat(number, message[head.Length..], out var digits);
        "\r\n\r\n"u8.CopyTo(message[(head.Length + digits)..]);
        socket.Send(message[..(head.Length + digits + 4)], SocketFlags.None, out var error);
        return error == SocketError.Success;
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
            else if (!MakeRoom() || await FillAsync().ConfigureAwait(false) != SocketError.Success || _operation.BytesTransferred == 0)
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
            var error = await FillAsync().ConfigureAwait(false);
            if (error != SocketError.Success || _operation.BytesTransferred == 0)
            {
                return (error == SocketError.Success && body.EndsWithConnection, error);
            }
        }
    }

    private async ValueTask<SocketError> FillAsync()
    {
        var error = await _operation.ReceiveAsync(socket, _buffer.AsMemory(_end)).ConfigureAwait(false);
        _end += error == SocketError.Success ? _operation.BytesTransferred : 0;
        return error;
    }
}
