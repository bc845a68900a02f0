using System.Collections.Immutable;
using LBTool.Core.Sessions;
using LBTool.Live.Sessions;

namespace LBTool.Live.Control.Endpoints;

/// <summary><c>/v1/session</c>: the session as a whole.</summary>
internal sealed class SessionEndpoints(Session session)
{
    private readonly SessionView _view = new(session);

    public ImmutableArray<Endpoint> All =>
    [
        new("GET", "/v1/session", "the session: addresses, algorithm, backends, faults, load", _ => Task.FromResult(Show()))
        {
            Answer = ControlJson.Context.SessionAnswer,
        },
        new("POST", "/v1/session/stop", "ends the session, as Ctrl-C does", StopAsync)
        {
            Status = 202,
            Body = Bodies.None,
            Answer = ControlJson.Context.StopAnswer,
        },
        new("POST", "/v1/session/reset", "ends every fault, makes every backend ready and counts anew; the load goes on", ResetAsync)
        {
            Body = Bodies.None,
            Answer = ControlJson.Context.SessionAnswer,
        },
    ];

    private ControlAnswer Show() => ControlAnswer.Json(200, _view.Session(), ControlJson.Context.SessionAnswer);

    private Task<ControlAnswer> StopAsync(ControlCall call)
    {
        Endpoint.Read(Bodies.None, call);
        session.Stop();
        return Task.FromResult(ControlAnswer.Json(202, new StopAnswer(session.DrainDeadline.TotalMilliseconds), ControlJson.Context.StopAnswer));
    }

    private async Task<ControlAnswer> ResetAsync(ControlCall call)
    {
        Endpoint.Read(Bodies.None, call);
        await session.ResetAsync().ConfigureAwait(false);
        return Show();
    }
}
