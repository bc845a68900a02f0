using LBTool.Core.HttpFaults;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Backends.WrongAnswers;

/// <summary>The head and a first piece of the body at once, then a piece after each pause; when the fault ends, the rest at once.</summary>
internal static class SlowBody
{
    public static async Task SendAsync(Answer answer, HttpContext context, HttpSlowBody fault, CancellationToken ended)
    {
        answer.Promise(context.Response);
        await context.Response.StartAsync();
        for (var rest = answer.Body; rest.Length > 0;)
        {
            var piece = ended.IsCancellationRequested ? rest : rest[..Math.Min(fault.Bytes, rest.Length)];
            await context.Response.Body.WriteAsync(piece);
            await context.Response.Body.FlushAsync();
            rest = rest[piece.Length..];
            if (rest.Length > 0)
            {
                await Held.ForAsync(fault.Every, ended, context.RequestAborted);
            }
        }
    }
}
