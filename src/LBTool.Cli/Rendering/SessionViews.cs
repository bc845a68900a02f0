using System.Globalization;
using LBTool.Live.Control;
using LBTool.Live.Sessions;

namespace LBTool.Cli.Rendering;

/// <summary>Shows a session while it serves.</summary>
internal interface ISessionView
{
    /// <summary>Shows it until <paramref name="over"/>; returns normally then.</summary>
    Task ShowAsync(Session session, CancellationToken over);

    /// <summary>Says that it has ended.</summary>
    Task EndAsync();
}

/// <summary>Shows a session as lines for a log: one an event, and a line about the traffic every few seconds while there is some.</summary>
internal sealed class SessionLines(TextWriter output, bool quiet) : ISessionView
{
    private const int MostBackends = 8;
    private const int TicksBetweenLines = 5;

    private long _told;
    private long _requests;

    /// <inheritdoc/>
    public async Task ShowAsync(Session session, CancellationToken over)
    {
        var view = new SessionView(session);
        var ticks = 0;
        try
        {
            while (true)
            {
                var (happened, ticked) = (session.NextEvent, session.Traffic.NextTick);
                TellEvents(view);
                await Task.WhenAny(happened, ticked).WaitAsync(over);
                if (ticked.IsCompleted && ++ticks % TicksBetweenLines == 0)
                {
                    TellTraffic(view.Metrics());
                }
            }
        }
        catch (OperationCanceledException)
        {
            TellEvents(view);
        }
    }

    /// <inheritdoc/>
    public Task EndAsync() => output.WriteLineAsync("ended");

    private void TellEvents(SessionView view)
    {
        if (quiet)
        {
            return;
        }

        foreach (var happened in view.Events(_told))
        {
            _told = happened.N;
            if (EventText.News(happened) is { } line)
            {
                output.WriteLine(line);
            }
        }
    }

    private void TellTraffic(MetricsAnswer metrics)
    {
        var requests = metrics.Backends.Sum(backend => backend.Requests);
        if (requests == _requests || quiet)
        {
            return;
        }

        _requests = requests;
        var shares = metrics.Backends.Take(MostBackends).Select(backend => string.Create(CultureInfo.InvariantCulture, $"{backend.Name} {backend.Share * 100:0.0}%"));
        var more = metrics.Backends.Length > MostBackends ? " …" : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{metrics.AtMs / 1000,8:0.00}s  {metrics.Rps:0.#} requests/s, errors {metrics.Errors}; {string.Join(", ", shares)}{more}"));
    }
}
