using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LBTool.Live.Sessions;

namespace LBTool.Live.Control;

/// <summary>
/// Events and metrics of a session as server-sent events, as they come: first what has happened since, then all that
/// happens. See html.spec.whatwg.org, "Server-sent events".
/// </summary>
/// <param name="session">What is told of.</param>
/// <param name="after">Number of the last event that the client knows.</param>
internal sealed class EventStream(Session session, long after)
{
    /// <summary>What a client accepts that wants a stream.</summary>
    public const string ContentType = "text/event-stream";

    private readonly SessionView _view = new(session);
    private long _told = after;

    /// <summary>Writes until the client has gone.</summary>
    public async Task WriteAsync(Stream stream, CancellationToken gone)
    {
        await TellMetricsAsync(stream, gone).ConfigureAwait(false);
        while (true)
        {
            // Taken before looking, so that nothing falls in between.
            var (happened, ticked) = (session.NextEvent, session.Traffic.NextTick);
            await TellEventsAsync(stream, gone).ConfigureAwait(false);
            await stream.FlushAsync(gone).ConfigureAwait(false);
            await Task.WhenAny(happened, ticked).WaitAsync(gone).ConfigureAwait(false);
            if (ticked.IsCompleted)
            {
                await TellMetricsAsync(stream, gone).ConfigureAwait(false);
            }
        }
    }

    private async Task TellEventsAsync(Stream stream, CancellationToken gone)
    {
        foreach (var happened in _view.Events(_told))
        {
            _told = happened.N;
            var id = happened.N.ToString(CultureInfo.InvariantCulture);
            await TellAsync(stream, $"id: {id}\nevent: event\n", happened, ControlJson.Context.EventAnswer, gone).ConfigureAwait(false);
        }
    }

    private Task TellMetricsAsync(Stream stream, CancellationToken gone) =>
        TellAsync(stream, "event: metrics\n", _view.Metrics(), ControlJson.Context.MetricsAnswer, gone);

    private static async Task TellAsync<T>(Stream stream, string head, T value, JsonTypeInfo<T> type, CancellationToken gone)
    {
        var text = $"{head}data: {JsonSerializer.Serialize(value, type)}\n\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), gone).ConfigureAwait(false);
    }
}
