using System.Collections.Immutable;
using LBTool.Core.Runs;
using LBTool.Live.Control.Endpoints;
using LBTool.Live.Sessions;

namespace LBTool.Live.Control;

/// <summary>The control API of a session, without HTTP: a request in, an answer out.</summary>
internal sealed class ControlApi
{
    /// <param name="session">What it is about.</param>
    public ControlApi(Session session)
    {
        ImmutableArray<Endpoint> endpoints =
        [
            .. new SessionEndpoints(session).All,
            .. new BackendEndpoints(session).All,
            .. new FaultEndpoints(session).All,
            .. new LoadEndpoints(session).All,
            .. new EventEndpoints(session).All,
            .. new ExpectEndpoints(session).All,
            .. new JournalEndpoints(session).All,
            .. new MetricsEndpoints(session).All,
        ];
        Endpoints = [.. endpoints, .. new OpenApiEndpoints(endpoints, session.Version).All];
    }

    /// <summary>The table.</summary>
    public ImmutableArray<Endpoint> Endpoints { get; }

    /// <summary>Answers a request that may come in. A bad one gets an answer that says what is bad, and changes nothing.</summary>
    public async Task<ControlAnswer> AnswerAsync(ControlRequest request, CancellationToken gone)
    {
        var parts = request.Path.Split('/');
        var here = Endpoints.Where(endpoint => endpoint.Match(parts) is not null).ToArray();
        if (here.Length == 0)
        {
            return ControlAnswer.Error(404, $"there is nothing at {request.Path}; GET /v1/openapi.json lists what there is");
        }

        if (here.FirstOrDefault(endpoint => endpoint.Method == request.Method) is not { } found)
        {
            var methods = string.Join(", ", here.Select(endpoint => endpoint.Method));
            return ControlAnswer.Error(405, $"{request.Path} takes {methods}, not {request.Method}") with { Allow = methods };
        }

        return await CallAsync(found, new ControlCall(found.Match(parts)!.Value, request, gone)).ConfigureAwait(false);
    }

    private static async Task<ControlAnswer> CallAsync(Endpoint endpoint, ControlCall call)
    {
        try
        {
            CheckQuery(endpoint, call.Request);
            return await endpoint.AnswerAsync(call).ConfigureAwait(false);
        }
        catch (Refusal refusal)
        {
            return ControlAnswer.Error(StatusOf(refusal.Kind), refusal.Message, refusal.Allowed);
        }
        catch (WorldException impossible)
        {
            return ControlAnswer.Error(StatusOf(RefusalKind.Impossible), impossible.Message);
        }
    }

    private static void CheckQuery(Endpoint endpoint, ControlRequest request)
    {
        string[] known = [.. endpoint.Query.Select(value => value.Name)];
        if (request.Query.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw new Refusal(RefusalKind.Invalid,
                $"unknown query '{unknown}'; allowed: {(known.Length == 0 ? "none" : string.Join(", ", known))}", [.. known]);
        }
    }

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => 400,
        RefusalKind.NotFound => 404,
        RefusalKind.Conflict => 409,
        _ => 503,
    };
}
