using LBTool.Core.HttpFaults;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Backends.WrongAnswers;

/// <summary>What stands in place of the usual answer when the work is done: one file for each fault that acts there.</summary>
internal static class WrongAnswer
{
    /// <summary>Gives the wrong answer; false when the fault leaves the answer alone.</summary>
    public static async ValueTask<bool> SendAsync(Answer answer, HttpContext context, ActiveHttpFault fault)
    {
        switch (fault.Fault)
        {
            case HttpAbort abort:
                await Aborted.SendAsync(answer, context, abort.Point);
                return true;
            case HttpTruncate truncate:
                await Truncated.SendAsync(answer, context, truncate);
                return true;
            case HttpSlowBody slow:
                await SlowBody.SendAsync(answer, context, slow, fault.Ended);
                return true;
            case HttpHeaders wrong:
                await WrongHeaders.SendAsync(answer, context, wrong);
                return true;
            case HttpHugeHeader huge:
                await HugeHeader.SendAsync(answer, context, huge);
                return true;
            default:
                return false;
        }
    }
}
