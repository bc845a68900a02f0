using LBTool.Core.HttpFaults;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Backends.WrongAnswers;

/// <summary>The usual answer with headers added or overridden. Kestrel leaves out those that HTTP/2 does not have, such as <c>Connection</c>.</summary>
internal static class WrongHeaders
{
    public static ValueTask SendAsync(Answer answer, HttpContext context, HttpHeaders fault)
    {
        foreach (var (name, value) in fault.Headers)
        {
            context.Response.Headers[name] = value;
        }

        return answer.SendAsync(context);
    }
}
