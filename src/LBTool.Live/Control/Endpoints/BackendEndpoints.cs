using System.Collections.Immutable;
using LBTool.Core.Sessions;
using LBTool.Live.Sessions;

namespace LBTool.Live.Control.Endpoints;

/// <summary><c>/v1/backends</c>: who is behind the balancer.</summary>
internal sealed class BackendEndpoints(Session session)
{
    private static readonly (int, string) Unknown = (404, "no backend has that name; `allowed` lists them");

    private readonly SessionView _view = new(session);

    public ImmutableArray<Endpoint> All =>
    [
        new("GET", "/v1/backends", "the backends", _ => Task.FromResult(List())) { Answer = ControlJson.Context.ImmutableArrayBackendAnswer },
        new("POST", "/v1/backends", "starts one more backend, and lets the balancer pick it: the keys of one in a scenario", AddAsync)
        {
            Status = 201,
            Body = Bodies.Backend,
            Answer = ControlJson.Context.BackendAnswer,
            Errors = [(409, "a backend has, or had, that name")],
        },
        new("GET", "/v1/backends/{name}", "one backend", call => Task.FromResult(Show(call.Names[0])))
        {
            Answer = ControlJson.Context.BackendAnswer,
            Errors = [Unknown],
        },
        new("PATCH", "/v1/backends/{name}", "changes how a backend behaves, from the next request on", ChangeAsync)
        {
            Body = Bodies.BackendChange,
            Answer = ControlJson.Context.BackendAnswer,
            Errors = [Unknown],
        },
        new("DELETE", "/v1/backends/{name}", "takes a backend out; what is in flight on it goes on", RemoveAsync)
        {
            Status = 204,
            Errors = [Unknown, (409, "it is the last one, or a fault acts on it")],
        },
        .. session.Actions.All.Select(action =>
            new Endpoint("POST", $"/v1/backends/{{name}}/{action.Name}", action.Description, call => DoAsync(call, action))
            {
                Body = action.Name == "drain" ? Bodies.Drain : Bodies.None,
                Answer = ControlJson.Context.BackendAnswer,
                Errors = [Unknown],
            }),
    ];

    private ControlAnswer List() => ControlAnswer.Json(200, _view.Backends(), ControlJson.Context.ImmutableArrayBackendAnswer);

    private ControlAnswer Show(string name, string? note = null) =>
        ControlAnswer.Json(200, _view.Backend(name) with { Note = note }, ControlJson.Context.BackendAnswer);

    private async Task<ControlAnswer> AddAsync(ControlCall call)
    {
        var added = await session.Backends.AddAsync(Endpoint.Read(Bodies.Backend, call)).ConfigureAwait(false);
        return ControlAnswer.Json(201, _view.Backend(added.Name), ControlJson.Context.BackendAnswer);
    }

    private async Task<ControlAnswer> ChangeAsync(ControlCall call) => Show(
        call.Names[0], await session.Backends.ChangeAsync(call.Names[0], Endpoint.Read(Bodies.BackendChange, call)).ConfigureAwait(false));

    private async Task<ControlAnswer> RemoveAsync(ControlCall call)
    {
        await session.Backends.RemoveAsync(call.Names[0], session.Faults).ConfigureAwait(false);
        return ControlAnswer.NoContent;
    }

    private async Task<ControlAnswer> DoAsync(ControlCall call, BackendActionRow action)
    {
        var drain = new DrainRequest(null);
        if (action.Name == "drain")
        {
            drain = Endpoint.Read(Bodies.Drain, call).Value!;
        }
        else
        {
            Endpoint.Read(Bodies.None, call);
        }

        return Show(call.Names[0], await session.Actions.DoAsync(call.Names[0], action.Name, drain).ConfigureAwait(false));
    }
}
