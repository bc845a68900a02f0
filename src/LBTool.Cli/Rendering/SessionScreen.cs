using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using LBTool.Core.Runs;
using LBTool.Core.Sessions;
using LBTool.Live.Control;
using LBTool.Live.Sessions;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LBTool.Cli.Rendering;

/// <summary>Shows a session as one picture that moves, with keys to change it.</summary>
internal sealed class SessionScreen(IAnsiConsole screen) : ISessionView
{
    private const string Keys = "↑↓ choose  f slow  k kill/start  p pause/resume  d drain/enable  c clear  q end";

    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(250);

    // Title, totals, the head of the table, faults, keys, what a key has done, and one that stays free.
    private const int OtherLines = 7;

    // Beside many backends so many of the latest events are seen; on a low screen they make room for so many backends.
    private const int SomeEvents = 3;
    private const int FewBackends = 8;

    private int _chosen;
    private string _said = "";

    /// <inheritdoc/>
    public async Task ShowAsync(Session session, CancellationToken over)
    {
        var view = new SessionView(session);
        var live = screen.Live(new Text(session.Name));
        live.AutoClear = true;
        await live.StartAsync(async context =>
        {
            while (!over.IsCancellationRequested)
            {
                await TakeKeysAsync(session, view);
                context.UpdateTarget(Picture(view));
                await Task.WhenAny(session.NextEvent, Task.Delay(Frame, over));
            }
        });
    }

    /// <inheritdoc/>
    public Task EndAsync()
    {
        screen.WriteLine("ended");
        return Task.CompletedTask;
    }

    /// <summary>What is drawn.</summary>
    internal IRenderable Picture(SessionView view)
    {
        var session = view.Session();
        var metrics = view.Metrics();
        var room = Math.Max(1, screen.Profile.Height - OtherLines);
        var rows = Math.Min(session.Backends.Length, Math.Max(Math.Min(room, FewBackends), room - SomeEvents));
        return new Rows(
        [
            Line($"{session.Name}  {session.Balancer}/  {session.Algorithm.Name}, seed {session.Seed}", new Style(decoration: Decoration.Bold)),
            Line(Totals(session, metrics), metrics.Errors == 0 ? Style.Plain : new Style(Color.Red)),
            .. Table(session.Backends, rows),
            session.Faults.IsEmpty
                ? Line("no fault acts", Style.Plain)
                : Line(string.Join(", ", session.Faults.Select(fault => $"{fault.Name}: {fault.Summary}")), new Style(Color.Yellow)),
            .. view.Events(0).Reverse().Select(EventText.News).OfType<string>().Take(room - rows).Reverse().Select(line => Line(line, Style.Plain)),
            Line(Keys, new Style(Color.Grey)),
            Line(_said, Style.Plain),
        ]);
    }

    private static string Totals(SessionAnswer session, MetricsAnswer metrics)
    {
        var load = session.Load is { } driven ? driven.Rate is { } rate ? $"load {rate:0.##}/s" : $"load {driven.Vus} users" : "no load";
        return string.Create(CultureInfo.InvariantCulture,
            $"{session.ElapsedMs / 1000:0.0}s  {load}  {metrics.Rps:0.#} requests/s  p50 {metrics.P50Ms ?? 0:0.0}ms  p99 {metrics.P99Ms ?? 0:0.0}ms  errors {metrics.Errors}");
    }

    // The chosen one is always among those that are seen.
    private IEnumerable<IRenderable> Table(ImmutableArray<BackendAnswer> backends, int rows)
    {
        _chosen = Math.Clamp(_chosen, 0, backends.Length - 1);
        var first = Math.Clamp(_chosen - (rows / 2), 0, backends.Length - rows);
        var text = new StringWriter { NewLine = "\n" };
        BackendTable.Write(backends.Skip(first).Take(rows), LineWidth, text);
        return text.ToString().TrimEnd().Split('\n').Select((line, place) => place == 0
            ? Line(line, new Style(decoration: Decoration.Underline))
            : Line(line, new Style(
                StateColors.Of(backends[first + place - 1].State),
                decoration: first + place - 1 == _chosen ? Decoration.Invert : Decoration.None)));
    }

    private int LineWidth => Math.Max(1, screen.Profile.Width - 1);

    // One line of the screen and no more: frames of another height could not be drawn over each other.
    private Text Line(string text, Style style)
    {
        var line = text.ReplaceLineEndings(" ");
        return new Text(line[..Math.Min(line.Length, LineWidth)], style);
    }

    private async Task TakeKeysAsync(Session session, SessionView view)
    {
        while (!Console.IsInputRedirected && Console.KeyAvailable)
        {
            _said = "";
            var key = Console.ReadKey(intercept: true);
            try
            {
                await ActAsync(key, session, view);
            }
            catch (Exception refusal) when (refusal is Refusal or WorldException)
            {
                _said = refusal.Message;
            }
        }
    }

    /// <summary>Does what a key says.</summary>
    internal async Task ActAsync(ConsoleKeyInfo key, Session session, SessionView view)
    {
        var backends = view.Backends();
        if (key.Key is ConsoleKey.UpArrow or ConsoleKey.DownArrow)
        {
            _chosen = Math.Clamp(_chosen + (key.Key == ConsoleKey.UpArrow ? -1 : 1), 0, backends.Length - 1);
            return;
        }

        var chosen = backends[Math.Clamp(_chosen, 0, backends.Length - 1)].Name;
        _said = key.KeyChar switch
        {
            'f' => await ToggleSlownessAsync(session, chosen),
            'k' => await ToggleAsync(session, chosen, "kill", "start"),
            'p' => await ToggleAsync(session, chosen, "pause", "resume"),
            'd' => await ToggleAsync(session, chosen, "drain", "enable"),
            'c' => await ClearAsync(session),
            'q' => End(session),
            _ => _said,
        };
    }

    // Doing what is done already is how an action tells that it is to be undone.
    private static async Task<string> ToggleAsync(Session session, string backend, string action, string undo)
    {
        var nothing = await session.Actions.DoAsync(backend, action, new DrainRequest(null));
        return nothing is null ? $"{action} {backend}"
            : await session.Actions.DoAsync(backend, undo, new DrainRequest(null)) ?? $"{undo} {backend}";
    }

    private static async Task<string> ToggleSlownessAsync(Session session, string backend)
    {
        var name = $"slow-{backend}";
        if (session.Faults.All.Any(fault => fault.Name == name))
        {
            await session.Faults.RemoveAsync(name);
            return $"{backend} is as fast as ever";
        }

        var fault = $$$"""{"name":"{{{name}}}","target":"{{{backend}}}","toxic":{"type":"latency","latency":"200ms"}}""";
        await session.Faults.AddAsync(Bodies.Fault.Read(Encoding.UTF8.GetBytes(fault)));
        return $"{backend} answers 200ms later";
    }

    private static async Task<string> ClearAsync(Session session)
    {
        await session.Faults.ClearAsync();
        return "every fault has ended";
    }

    private static string End(Session session)
    {
        session.Stop();
        return "ending";
    }
}
