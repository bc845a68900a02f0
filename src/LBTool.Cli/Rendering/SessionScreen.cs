using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using LBTool.Core.Sessions;
using LBTool.Live.Control;
using LBTool.Live.Sessions;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LBTool.Cli.Rendering;

/// <summary>Shows a session as one picture that moves, with keys to change it.</summary>
internal sealed class SessionScreen(IAnsiConsole screen) : ISessionView
{
    private const string Keys = "↑↓ choose   f slow it down or not   k kill or start   p pause or resume   d drain or enable   c clear faults   q end";

    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(250);

    // Title, totals, the table's frame, faults and keys around the backends, and at least three events.
    private const int OtherLines = 9;
    private const int FewestEvents = 3;

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
        var rows = Math.Min(session.Backends.Length, Math.Max(1, room - FewestEvents));
        return new Rows(
            new Markup($"[bold]{session.Name}[/]  {session.Balancer}/  {session.Algorithm.Name}, seed {session.Seed}"),
            Totals(session, metrics),
            Table(session.Backends, rows),
            new Markup(session.Faults.IsEmpty ? "no fault acts" : $"[yellow]{Markup.Escape(string.Join(", ", session.Faults.Select(fault => $"{fault.Name}: {fault.Summary}")))}[/]"),
            new Rows(view.Events(0).TakeLast(Math.Max(FewestEvents, room - rows)).Select(happened => new Text(EventText.Line(happened.AtMs, happened.Text)))),
            new Markup($"[grey]{Keys}[/]"),
            new Text(_said));
    }

    private static Markup Totals(SessionAnswer session, MetricsAnswer metrics)
    {
        var errors = metrics.Errors == 0 ? "errors 0" : $"[red]errors {metrics.Errors}[/]";
        var load = session.Load is { } driven ? driven.Rate is { } rate ? $"load {rate:0.##}/s" : $"load {driven.Vus} users" : "no load";
        return new Markup(string.Create(CultureInfo.InvariantCulture,
            $"{session.ElapsedMs / 1000:0.0}s  {load}  {metrics.Rps:0.#} requests/s  p50 {metrics.P50Ms ?? 0:0.0}ms  p99 {metrics.P99Ms ?? 0:0.0}ms  {errors}"));
    }

    // The chosen one is always among those that are seen.
    private Table Table(ImmutableArray<BackendAnswer> backends, int rows)
    {
        _chosen = Math.Clamp(_chosen, 0, backends.Length - 1);
        var first = Math.Clamp(_chosen - (rows / 2), 0, backends.Length - rows);
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns([.. BackendTable.Head.Select(title => new TableColumn(title))]);
        foreach (var (backend, place) in backends.Select((backend, place) => (backend, place)).Skip(first).Take(rows))
        {
            var style = new Style(StateColors.Of(backend.State), decoration: place == _chosen ? Decoration.Invert : Decoration.None);
            table.AddRow(BackendTable.Row(backend).Select(cell => (IRenderable)new Text(cell, style)));
        }

        return table;
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
            catch (Refusal refusal)
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
