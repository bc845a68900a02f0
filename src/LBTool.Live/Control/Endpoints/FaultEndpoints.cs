using System.Collections.Immutable;
using LBTool.Core.Sessions;
using LBTool.Live.Sessions;

namespace LBTool.Live.Control.Endpoints;

/// <summary><c>/v1/faults</c>: what acts on the backends.</summary>
internal sealed class FaultEndpoints(Session session)
{
    private static readonly (int, string) Unknown = (404, "no fault of that name acts; `allowed` lists those that do");

    private readonly SessionView _view = new(session);

    public ImmutableArray<Endpoint> All =>
    [
        new("GET", "/v1/faults", "the faults that act", _ => Task.FromResult(List())) { Answer = ControlJson.Context.ImmutableArrayFaultAnswer },
        new("POST", "/v1/faults", "begins a fault: a scenario's, without `at`", AddAsync)
        {
            Status = 201,
            Body = Bodies.Fault,
            Answer = ControlJson.Context.FaultAnswer,
            Errors = [(409, "a fault of that name acts already, or the same action on a backend that it hits")],
        },
        new("GET", "/v1/faults/{name}", "one fault", call => Task.FromResult(Show(call.Names[0])))
        {
            Answer = ControlJson.Context.FaultAnswer,
            Errors = [Unknown],
        },
        new("DELETE", "/v1/faults/{name}", "ends a fault", RemoveAsync) { Status = 204, Errors = [Unknown] },
        new("DELETE", "/v1/faults", "ends all faults", ClearAsync) { Status = 204 },
    ];

    private ControlAnswer List() => ControlAnswer.Json(200, _view.Faults(), ControlJson.Context.ImmutableArrayFaultAnswer);

    private ControlAnswer Show(string name) => _view.Faults().FirstOrDefault(fault => fault.Name == name) is { } found
        ? ControlAnswer.Json(200, found, ControlJson.Context.FaultAnswer)
        : throw Refusal.NoSuch("fault", name, session.Faults.All.Select(fault => fault.Name));

    private async Task<ControlAnswer> AddAsync(ControlCall call)
    {
        var fault = await session.Faults.AddAsync(Endpoint.Read(Bodies.Fault, call)).ConfigureAwait(false);
        return ControlAnswer.Json(201, SessionView.Fault(fault), ControlJson.Context.FaultAnswer);
    }

    private async Task<ControlAnswer> RemoveAsync(ControlCall call)
    {
        await session.Faults.RemoveAsync(call.Names[0]).ConfigureAwait(false);
        return ControlAnswer.NoContent;
    }

    private async Task<ControlAnswer> ClearAsync(ControlCall call)
    {
        await session.Faults.ClearAsync().ConfigureAwait(false);
        return ControlAnswer.NoContent;
    }
}
