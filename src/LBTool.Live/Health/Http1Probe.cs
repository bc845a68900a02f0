using System.Net;
using System.Net.Sockets;
using System.Text;
using LBTool.Core.Health;
using LBTool.Live.Http;
using LBTool.Live.Load;
using LBTool.Live.Tcp;

namespace LBTool.Live.Health;

/// <summary>
/// A backend that answers an HTTP/1.1 request as it should is well. On a bare socket, which is kept for the next probe as
/// long as the backend keeps it too: so a thousand backends cost next to nothing.
/// </summary>
internal sealed class Http1Probe : Probe
{
    private const int LargestHead = 64 * 1024;

    private readonly IPEndPoint _address;
    private readonly HttpProbe _check;
    private readonly byte[] _request;
    private SocketOperation _operation = new();
    private byte[] _buffer = new byte[1024];
    private int _filled;
    private volatile Socket? _socket;
    private volatile bool _isCut;
    private bool _isKept;

    public Http1Probe(IPEndPoint address, HttpProbe check)
    {
        _address = address;
        _check = check;
        _request = Encoding.Latin1.GetBytes(Head(address, check));
    }

    public override async ValueTask<ProbeResult> AskAsync()
    {
        // A backend may close an idle connection at any moment, even as the question is on its way: that is no failure.
        _isCut = false;
        var wasKept = _isKept && !HasEnded(_socket!);
        if (wasKept && await ExchangeAsync().ConfigureAwait(false) is { } result)
        {
            return result;
        }

        var error = await ConnectAsync().ConfigureAwait(false);
        return error != SocketError.Success
            ? ProbeTexts.NotConnected(error)
            : await ExchangeAsync().ConfigureAwait(false) ?? new ProbeResult(false, "connection closed without an answer");
    }

    public override void Cut()
    {
        _isCut = true;
        _socket?.Dispose();
    }

    public override void Dispose()
    {
        Cut();
        _operation.Dispose();
    }

    private static string Head(IPEndPoint address, HttpProbe check)
    {
        var head = new StringBuilder($"{check.Method} {check.Path} HTTP/1.1\r\n");
        if (!check.Headers.Any(header => header.Name.Equals("host", StringComparison.OrdinalIgnoreCase)))
        {
            head.Append($"Host: {address}\r\n");
        }

        foreach (var (name, value) in check.Headers)
        {
            head.Append($"{name}: {value}\r\n");
        }

        return head.Append($"{LbHeaders.Probe}: 1\r\n\r\n").ToString();
    }

    private static bool HasEnded(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    private async ValueTask<SocketError> ConnectAsync()
    {
        // Each connection has its own operation: one that has received would send its buffer along with the connect.
        _socket?.Dispose();
        _operation.Dispose();
        _operation = new SocketOperation();
        _isKept = false;
        var socket = _socket = new Socket(_address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (_isCut)
        {
            socket.Dispose();
            return SocketError.OperationAborted;
        }

        try
        {
            return await _operation.ConnectAsync(socket, _address).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    // Null when not a single byte came back.
    private async ValueTask<ProbeResult?> ExchangeAsync()
    {
        _isKept = false;
        _filled = 0;
        if (!TrySend())
        {
            return null;
        }

        var headSize = 0;
        AnswerHead head = default;
        while (head.Status < 200)
        {
            if ((headSize = AnswerHead.FindEnd(_buffer.AsSpan(0, _filled))) > 0)
            {
                if (!AnswerHead.TryParse(_buffer.AsSpan(0, headSize), out head))
                {
                    return new ProbeResult(false, "what came is no HTTP answer");
                }

                // 100 Continue and the like come before the answer.
                if (head.Status < 200)
                {
                    Discard(headSize);
                }
            }
            else if (_filled >= LargestHead || !await FillAsync().ConfigureAwait(false))
            {
                return _filled == 0 ? null : new ProbeResult(false, "the answer broke off in its head");
            }
        }

        Discard(headSize);
        return await TakeBodyAsync(head).ConfigureAwait(false);
    }

    private async ValueTask<ProbeResult> TakeBodyAsync(AnswerHead head)
    {
        var body = _check.Method == "HEAD" ? AnswerBody.OfLength(0) : head.Body;
        var taken = body.Take(_buffer.AsSpan(0, _filled), out var data);
        while (!body.HasEnded && !body.IsInvalid)
        {
            // What is beyond the part that is looked at is read over.
            data = Math.Min(data, ProbeTexts.MostBody);
            _filled = data;
            if (!await FillAsync().ConfigureAwait(false))
            {
                return body.EndsWithConnection
                    ? ProbeTexts.Judge(_check, head.Status, _buffer.AsSpan(0, data))
                    : new ProbeResult(false, $"status {head.Status}, and the body broke off");
            }

            taken = data + body.Take(_buffer.AsSpan(data, _filled - data), out var more);
            data += more;
        }

        _isKept = head.KeepsAlive && body.HasEnded && taken == _filled;
        return body.IsInvalid
            ? new ProbeResult(false, $"status {head.Status}, and the body is no HTTP")
            : ProbeTexts.Judge(_check, head.Status, _buffer.AsSpan(0, data));
    }

    private bool TrySend()
    {
        try
        {
            _socket!.Send(_request, SocketFlags.None, out var error);
            return error == SocketError.Success;
        }
        catch (ObjectDisposedException)
        {
            // Cut in this very moment.
            return false;
        }
    }

    private async ValueTask<bool> FillAsync()
    {
        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        try
        {
            var error = await _operation.ReceiveAsync(_socket!, _buffer.AsMemory(_filled)).ConfigureAwait(false);
            _filled += error == SocketError.Success ? _operation.BytesTransferred : 0;
            return error == SocketError.Success && _operation.BytesTransferred > 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private void Discard(int size)
    {
        _buffer.AsSpan(size, _filled - size).CopyTo(_buffer);
        _filled -= size;
    }
}
