using LBTool.Cli.Commands;
using LBTool.Cli.Rendering;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;
using LBTool.Core.Sessions;
using LBTool.Live.Control;
using LBTool.Live.Sessions;

namespace LBTool.Cli.Tests.Rendering;

public class SessionScreenTests
{
    private const int Backends = 40;
    private const int Height = 24;

    [Fact]
    public async Task The_picture_fits_the_screen_and_says_what_there_is()
    {
        await using var session = await StartAsync();
        var (screen, output) = CreateScreen();
        var view = new SessionView(session);
        var shown = new SessionScreen(screen);
        await shown.ActAsync(Key('k'), session, view);

        var lines = Draw(shown, view, screen, output);

        Assert.InRange(lines.Length, 10, Height);
        Assert.Contains(lines, line => line.Contains("demo  http://127.0.0.1:", StringComparison.Ordinal) && line.Contains("round-robin, seed 7", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("b1", StringComparison.Ordinal) && line.Contains("kill (kill-b1)", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("kill-b1: kill", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("kill-b1 begins: kill on b1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_chosen_backend_is_always_seen()
    {
        await using var session = await StartAsync();
        var (screen, output) = CreateScreen();
        var view = new SessionView(session);
        var shown = new SessionScreen(screen);

        Assert.DoesNotContain("b40", string.Join('\n', Draw(shown, view, screen, output)));
        for (var press = 0; press < Backends + 5; press++)
        {
            await shown.ActAsync(new ConsoleKeyInfo('\0', ConsoleKey.DownArrow, false, false, false), session, view);
        }

        Assert.Contains("b40", string.Join('\n', Draw(shown, view, screen, output)));
    }

    [Theory]
    [InlineData(140, "backend  state  weight  share  ideal  rps  in flight  p50  p99  requests  errors")]
    [InlineData(72, "backend  state  share  ideal  rps  in flight  p50  p99  errors")]
    [InlineData(56, "backend  state  share  ideal  in flight  p99  errors")]
    [InlineData(20, "backend  state  sha")]
    public async Task A_narrow_screen_does_without_whole_columns(int width, string head)
    {
        await using var session = await StartAsync();
        var (screen, output) = CreateScreen(width);

        var lines = Draw(new SessionScreen(screen), new SessionView(session), screen, output);

        Assert.Equal(head, lines[2]);
    }

    [Theory]
    [InlineData(24, 14, 3)]
    [InlineData(15, 8, 0)]
    [InlineData(10, 3, 0)]
    [InlineData(8, 1, 0)]
    public async Task A_low_screen_shows_backends_before_events(int height, int backends, int events)
    {
        await using var session = await StartAsync();
        var (screen, output) = CreateScreen(height: height);
        var view = new SessionView(session);
        var shown = new SessionScreen(screen);
        foreach (var key in "kpfc")
        {
            await shown.ActAsync(Key(key), session, view);
        }

        var lines = Draw(shown, view, screen, output);

        Assert.InRange(lines.Length, 1, height);
        Assert.Equal(backends, lines.Count(line => line.Contains("  up  ", StringComparison.Ordinal)));
        Assert.Equal(events, lines.Count(line => line.Contains("-b1 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Each_key_does_and_undoes()
    {
        await using var session = await StartAsync();
        var (screen, _) = CreateScreen();
        var view = new SessionView(session);
        var shown = new SessionScreen(screen);

        foreach (var (key, fault) in new[] { ('f', "slow-b1"), ('k', "kill-b1"), ('p', "pause-b1") })
        {
            await shown.ActAsync(Key(key), session, view);
            Assert.Equal(fault, Assert.Single(session.Faults.All).Name);
            await shown.ActAsync(Key(key), session, view);
            Assert.Empty(session.Faults.All);
        }

        await shown.ActAsync(Key('d'), session, view);
        Assert.NotEqual("up", view.Backend("b1").State);
        await shown.ActAsync(Key('d'), session, view);
        Assert.Equal("up", view.Backend("b1").State);
        await shown.ActAsync(Key('f'), session, view);
        await shown.ActAsync(Key('c'), session, view);
        Assert.Empty(session.Faults.All);
        await shown.ActAsync(Key('q'), session, view);
        Assert.True(session.Stopped.IsCompleted);
    }

    private static async Task<Session> StartAsync()
    {
        var scenario = SessionScenario.Of(Protocol.Http, Backends, TimeSpan.FromMilliseconds(1), SharedOptions.WithDefaults(Balancers.All[0]), toxiproxy: null);
        var session = new Session(new SessionSettings("demo", "1.2.3", scenario, Seed: 7));
        await session.StartAsync(TestContext.Current.CancellationToken);
        return session;
    }

    private static (Spectre.Console.IAnsiConsole Screen, StringWriter Output) CreateScreen(int width = 140, int height = Height)
    {
        var output = new StringWriter();
        var screen = Terminal.CreateScreen(output, plain: true, noColor: true, width: width);
        screen.Profile.Height = height;
        return (screen, output);
    }

    private static string[] Draw(SessionScreen shown, SessionView view, Spectre.Console.IAnsiConsole screen, StringWriter output)
    {
        output.GetStringBuilder().Clear();
        screen.Write(shown.Picture(view));
        return output.ToString().TrimEnd().Split('\n');
    }

    private static ConsoleKeyInfo Key(char letter) => new(letter, ConsoleKey.NoName, false, false, false);
}
