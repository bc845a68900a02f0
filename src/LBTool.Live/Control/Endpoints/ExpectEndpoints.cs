using System.Collections.Immutable;
using LBTool.Core.Sessions;
using LBTool.Live.Sessions;

namespace LBTool.Live.Control.Endpoints;

/// <summary><c>/v1/expect</c>: watches for a while and judges.</summary>
internal sealed class ExpectEndpoints(Session session)
{
    public ImmutableArray<Endpoint> All =>
    [
        new("POST", "/v1/expect", "watches the session so long, then says whether it was as expected", JudgeAsync)
        {
            Body = Bodies.Expect,
            Answer = ControlJson.Context.ExpectAnswer,
        },
    ];

    private async Task<ControlAnswer> JudgeAsync(ControlCall call)
    {
        var outcome = await session.ExpectAsync(Endpoint.Read(Bodies.Expect, call).Value!, call.Gone).ConfigureAwait(false);
        return ControlAnswer.Json(
            200,
            new ExpectAnswer(outcome.Text, outcome.Verdict, outcome.Actual, outcome.Bound, outcome.Samples, outcome.Interval, outcome.Reason),
            ControlJson.Context.ExpectAnswer);
    }
}
