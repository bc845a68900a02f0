using System.Collections.Immutable;
using LBTool.Core.Sessions;
using LBTool.Live.Sessions;

namespace LBTool.Live.Control.Endpoints;

/// <summary><c>/v1/load</c>: what the session sends to its own balancer.</summary>
internal sealed class LoadEndpoints(Session session)
{
    private readonly SessionView _view = new(session);

    public ImmutableArray<Endpoint> All =>
    [
        new("GET", "/v1/load", "the load that is driven; null when none is", _ => Task.FromResult(Show())) { Answer = ControlJson.Context.LoadAnswer },
        new("PUT", "/v1/load", "drives a load, in the place of the one before: a scenario's, with or without `duration`", SetAsync)
        {
            Body = Bodies.Load,
            Answer = ControlJson.Context.LoadAnswer,
        },
        new("DELETE", "/v1/load", "sends no more; what is open ends by itself", StopAsync) { Status = 204 },
    ];

    private ControlAnswer Show() => ControlAnswer.Json(200, _view.Load(), ControlJson.Context.LoadAnswer!);

    private async Task<ControlAnswer> SetAsync(ControlCall call)
    {
        var load = await session.Load.SetAsync(Endpoint.Read(Bodies.Load, call)).ConfigureAwait(false);
        return ControlAnswer.Json(200, SessionView.Load(load), ControlJson.Context.LoadAnswer);
    }

    private async Task<ControlAnswer> StopAsync(ControlCall call)
    {
        await session.Load.StopAsync().ConfigureAwait(false);
        return ControlAnswer.NoContent;
    }
}
