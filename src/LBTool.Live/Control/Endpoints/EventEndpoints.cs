using System.Collections.Immutable;
using System.Globalization;
using LBTool.Live.Sessions;

namespace LBTool.Live.Control.Endpoints;

/// <summary><c>/v1/events</c>: what happened, as a list or as it happens.</summary>
internal sealed class EventEndpoints(Session session)
{
    private const string Since = "since";

    private readonly SessionView _view = new(session);

    public ImmutableArray<Endpoint> All =>
    [
        new("GET", "/v1/events", "what happened; with `Accept: text/event-stream` it goes on: `event` as they happen, `metrics` once a second", AnswerAsync)
        {
            Answer = ControlJson.Context.ImmutableArrayEventAnswer,
            Query = [(Since, "number of the last event that is known already; 0 by default")],
        },
    ];

    private Task<ControlAnswer> AnswerAsync(ControlCall call)
    {
        var after = Number(call.Request.Query.GetValueOrDefault(Since, "0"));
        return Task.FromResult(call.Request.Accept.Contains(EventStream.ContentType, StringComparison.OrdinalIgnoreCase)
            ? new ControlAnswer(200, EventStream.ContentType, default) { Stream = new EventStream(session, after).WriteAsync }
            : ControlAnswer.Json(200, _view.Events(after), ControlJson.Context.ImmutableArrayEventAnswer));
    }

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new Refusal(RefusalKind.Invalid, $"{Since} '{text}': must be the number of an event, 0 or more");
}
