using LBTool.Core.HttpFaults;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Backends.WrongAnswers;

/// <summary>The usual answer with one header that is too large.</summary>
internal static class HugeHeader
{
    public static ValueTask SendAsync(Answer answer, HttpContext context, HttpHugeHeader fault)
    {
        context.Response.Headers[HttpHugeHeader.Name] = new string('x', fault.Bytes);
        return answer.SendAsync(context);
    }
}
