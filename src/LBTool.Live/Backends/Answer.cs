using System.Globalization;
using System.Text;
using LBTool.Core.HttpFaults;
using LBTool.Live.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LBTool.Live.Backends;

/// <summary>What a backend says to its clients when all is well, and the short failures.</summary>
internal sealed class Answer
{
    /// <param name="name">The backend's name: a header, and the first line of the body.</param>
    /// <param name="bodyBytes">Size of the body; the name is cut off when it does not fit.</param>
    public Answer(string name, int bodyBytes)
        : this(name, Fill(name, bodyBytes))
    {
    }

    /// <param name="name">The backend's name: a header.</param>
    /// <param name="body">The body.</param>
    public Answer(string name, byte[] body)
    {
        Name = name;
        Body = body;
    }

    /// <summary>The backend's name, as a header value.</summary>
    public StringValues Name { get; }

    /// <summary>The whole body.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>200 with the whole body.</summary>
    public ValueTask SendAsync(HttpContext context)
    {
        Promise(context.Response);
        return Body.Length == 0 ? ValueTask.CompletedTask : context.Response.Body.WriteAsync(Body);
    }

    /// <summary>Sets the head of a 200 with the whole body.</summary>
    public void Promise(HttpResponse response)
    {
        response.Headers[LbHeaders.Backend] = Name;
        response.ContentLength = Body.Length;
    }

    /// <summary>A status without a body, and the reason in a header.</summary>
    public void Fail(HttpContext context, int status, string reason)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers[LbHeaders.Backend] = Name;
        response.Headers[LbHeaders.Reason] = reason;
    }

    /// <summary>The answer of a status fault.</summary>
    public ValueTask FailAsync(HttpContext context, HttpStatus fault)
    {
        Fail(context, fault.Status, "fault");
        if (fault.RetryAfter is { } wait)
        {
            RetryAfter(context, wait);
        }

        return fault.Body is null ? ValueTask.CompletedTask : new ValueTask(context.Response.WriteAsync(fault.Body));
    }

    /// <summary>Says when to come again, in whole seconds, rounded up.</summary>
    public static void RetryAfter(HttpContext context, TimeSpan wait) =>
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);

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
