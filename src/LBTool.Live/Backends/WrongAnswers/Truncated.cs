using LBTool.Core.HttpFaults;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Backends.WrongAnswers;

/// <summary>
/// A head that promises more than follows. Kestrel sees the difference when the handler returns: it closes the
/// connection behind the last byte, and in HTTP/2, which knows no such thing, resets the stream.
/// </summary>
internal static class Truncated
{
    public static async Task SendAsync(Answer answer, HttpContext context, HttpTruncate fault)
    {
        var response = context.Response;
        answer.Promise(response);

        // At least one byte is promised, so that the answer is never whole by accident.
        response.ContentLength = Math.Max(1, answer.Body.Length);
        await response.StartAsync();
        await response.Body.WriteAsync(answer.Body[..(int)(answer.Body.Length * fault.Share)]);
        await response.Body.FlushAsync();
    }
}
