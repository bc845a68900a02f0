using System.Text;
using LBTool.Core.HttpFaults;
using LBTool.Live.Http;
using LBTool.Live.Tcp;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Backends.WrongAnswers;

/// <summary>What comes before a point of the answer, then a reset of the connection (HTTP/2: of the stream).</summary>
internal static class Aborted
{
    public static Task SendAsync(Answer answer, HttpContext context, AbortPoint point) =>
        HttpProtocol.IsHttp2(context.Request.Protocol)
            ? ResetStreamAsync(answer, context, point)
            : ResetConnectionAsync(answer, context, point);

    // At least one byte is promised, so that an answer that breaks is never whole by accident.
    private static int Promised(Answer answer) => Math.Max(1, answer.Body.Length);

    private static ReadOnlyMemory<byte> HalfOf(Answer answer) => answer.Body[..(answer.Body.Length / 2)];

    // Past Kestrel, straight into the socket: Kestrel's flush only hands the bytes to its send loop, and a reset right
    // after it would often overtake them.
    private static async Task ResetConnectionAsync(Answer answer, HttpContext context, AbortPoint point)
    {
        var socket = context.Features.Socket();
        if (point != AbortPoint.BeforeHeaders)
        {
            await SendAllAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Length: {Promised(answer)}\r\n{LbHeaders.Backend}: {answer.Name}\r\n\r\n"));
        }

        if (point == AbortPoint.MidBody)
        {
            await SendAllAsync(HalfOf(answer));
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
    private static async Task ResetStreamAsync(Answer answer, HttpContext context, AbortPoint point)
    {
        if (point != AbortPoint.BeforeHeaders)
        {
            answer.Promise(context.Response);
            context.Response.ContentLength = Promised(answer);
            await context.Response.StartAsync();
        }

        if (point == AbortPoint.MidBody)
        {
            await context.Response.Body.WriteAsync(HalfOf(answer));
            await context.Response.Body.FlushAsync();
        }

        context.Abort();
    }
}
