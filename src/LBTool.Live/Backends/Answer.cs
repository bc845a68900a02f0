using System.Text;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LBTool.Live.Backends;

/// <summary>What a backend says to its clients: the whole answer, a short failure, or an answer that breaks.</summary>
internal sealed class Answer
{
    private readonly StringValues _name;
    private readonly byte[] _body;
    private readonly byte[] _brokenHead;
    private readonly int _brokenLength;

    /// <param name="name">The backend's name: a header, and the first line of the body.</param>
    /// <param name="bodyBytes">Size of the body; the name is cut off when it does not fit.</param>
    public Answer(string name, int bodyBytes)
    {
        _name = name;
        _body = Fill(name, bodyBytes);

        // At least one byte is promised, so that an answer that breaks is never whole by accident.
        _brokenLength = Math.Max(1, bodyBytes);
        _brokenHead = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Length: {_brokenLength}\r\n{LbHeaders.Backend}: {name}\r\n\r\n");
    }

    private ReadOnlyMemory<byte> HalfBody => _body.AsMemory(0, _body.Length / 2);

    /// <summary>200 with the whole body.</summary>
    public ValueTask SendAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers[LbHeaders.Backend] = _name;
        response.ContentLength = _body.Length;
        return _body.Length == 0 ? ValueTask.CompletedTask : response.Body.WriteAsync(_body);
    }

    /// <summary>A status without a body, and the reason in a header.</summary>
    public void Fail(HttpContext context, int status, string reason)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers[LbHeaders.Backend] = _name;
        response.Headers[LbHeaders.Reason] = reason;
    }

    /// <summary>Sends what comes before <paramref name="point"/>, then resets the connection (HTTP/2: the stream).</summary>
    public Task BreakAsync(HttpContext context, AbortPoint point) =>
        HttpProtocol.IsHttp2(context.Request.Protocol) ? ResetStreamAsync(context, point) : ResetConnectionAsync(context, point);

    // Past Kestrel, straight into the socket: Kestrel's flush only hands the bytes to its send loop, and a reset right
    // after it would often overtake them.
    private async Task ResetConnectionAsync(HttpContext context, AbortPoint point)
    {
        var socket = context.Features.Socket();
        if (point != AbortPoint.BeforeHeaders)
        {
            await SendAllAsync(_brokenHead);
        }

        if (point == AbortPoint.MidBody)
        {
            await SendAllAsync(HalfBody);
        }

        socket.Reset();
        context.Abort();

        async Task SendAllAsync(ReadOnlyMemory<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await socket.SendAsync(bytes, context.RequestAborted)..];
            }
        }
    }

    // Frames keep their order, so what is flushed arrives before the reset.
    private async Task ResetStreamAsync(HttpContext context, AbortPoint point)
    {
        if (point != AbortPoint.BeforeHeaders)
        {
            context.Response.Headers[LbHeaders.Backend] = _name;
            context.Response.ContentLength = _brokenLength;
            await context.Response.StartAsync();
        }

        if (point == AbortPoint.MidBody)
        {
            await context.Response.Body.WriteAsync(HalfBody);
            await context.Response.Body.FlushAsync();
        }

        context.Abort();
    }

    private static byte[] Fill(string name, int size)
    {
        var firstLine = Encoding.ASCII.GetBytes(name + "\n");
        var body = new byte[size];
        for (var i = 0; i < size; i++)
        {
            body[i] = i < firstLine.Length ? firstLine[i] : (byte)('a' + (i % 26));
        }

        return body;
    }
}
