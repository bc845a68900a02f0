using LBTool.Cli.Rendering;
using LBTool.Cli.Sessions;
using LBTool.Live.Control;
using LBTool.Live.Sessions;

namespace LBTool.Cli.Running;

/// <summary>One <c>lbtool start</c>: a session with its control API and its file, until somebody ends it.</summary>
internal sealed class StartSession(Terminal terminal, StartOptions options)
{
    /// <summary>
    /// Returns 130 or 143 by the signal that ended it, and 0 when it was asked to end: by <c>lbtool stop</c>, by a key, or
    /// by the end of standard input.
    /// </summary>
    /// <exception cref="Failure">A session of that name runs already.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        Detached.LeaveTerminal();
        while (true)
        {
            var name = options.Name ?? SessionFiles.FreeName();
            try
            {
                return await RunAsync(name, stop);
            }
            catch (Failure) when (options.Name is null && SessionFiles.IsTaken(name))
            {
                // Somebody else was faster to take the name that was free: the next one, then.
            }
        }
    }

    private async Task<int> RunAsync(string name, CancellationToken stop)
    {
        if (await SessionFiles.FindAsync(name, terminal.Error.WriteLine, stop) is not null)
        {
            throw Failure.Environment(SessionFiles.Taken(name));
        }

        var seed = options.Seed ?? options.Scenario.Scenario.Seed ?? (ulong)Random.Shared.Next();
        await using var session = new Session(new SessionSettings(name, App.Version, options.Scenario, seed)
        {
            Port = options.Port,
            ToxiproxyPort = options.ToxiproxyPort,
        });
        await using var control = new ControlServer(session);
        await Task.WhenAll(session.StartAsync(stop), control.StartAsync(stop));
        return await ServeAsync(session, control, stop);
    }

    private async Task<int> ServeAsync(Session session, ControlServer control, CancellationToken stop)
    {
        var file = FileOf(session, control);
        SessionFiles.Claim(file);
        try
        {
            if (options.Load is { } load)
            {
                await session.Load.SetAsync(load);
            }

            // The view goes on while the balancer drains: somebody may want to watch.
            using var over = new CancellationTokenSource();
            var view = await ShowReadyAsync(session, file);
            var showing = view.ShowAsync(session, over.Token);
            _ = control.WarmUpAsync();
            await Task.WhenAny(session.Stopped, Guard(), Ended(stop), showing);
            await session.DrainAsync();
            await over.CancelAsync();
            await showing;
            await view.EndAsync();
            return terminal.Signals.ExitCode;
        }
        finally
        {
            SessionFiles.Release(file);
        }
    }

    // Whoever waits for one line gets one, and must not be written to any more: he may not read on.
    private async Task<ISessionView> ShowReadyAsync(Session session, SessionFile file)
    {
        if (Detached.Log is { } log)
        {
            await terminal.Output.WriteLineAsync((file with { Ready = true }).ToJson());
            await terminal.Output.FlushAsync();
            return new SessionLines(Detached.WriteToLog(log), options.Quiet);
        }

        if (options.Json || options.StdinGuard)
        {
            await terminal.Output.WriteLineAsync((file with { Ready = true }).ToJson());
            await terminal.Output.FlushAsync();
            return new SessionLines(TextWriter.Null, quiet: true);
        }

        await WriteMembersAsync(session);
        return terminal.Interactive && !options.Quiet
            ? new SessionScreen(terminal.Screen)
            : new SessionLines(terminal.Output, options.Quiet);
    }

    private async Task WriteMembersAsync(Session session)
    {
        var algorithm = session.Scenario.Target.Algorithm.Name;
        await terminal.Output.WriteLineAsync($"session   {session.Name}");
        await terminal.Output.WriteLineAsync($"balancer  {session.World.Address}  {algorithm}, seed {session.Seed}");
        foreach (var member in session.World.Members)
        {
            await terminal.Output.WriteLineAsync($"backend   {member.Name}  {session.World.Address!.Scheme}://{member.Backend}/  behind fault proxy {member.FaultProxy}");
        }

        await terminal.Output.WriteLineAsync($"toxiproxy {session.World.Toxiproxy}  API of the fault proxies, one for each backend");
        await terminal.Output.WriteLineAsync("Ctrl-C ends");
    }

    private Task Guard() => options.StdinGuard ? StdinGuard.WaitAsync() : Task.Delay(Timeout.Infinite);

    private static async Task Ended(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException)
        {
            // That is what was waited for.
        }
    }

    private static SessionFile FileOf(Session session, ControlServer control) => new(
        session.Name,
        Environment.ProcessId,
        SessionFile.Started,
        Text(control.Address),
        control.Token,
        Text(session.World.Address!),
        Text(session.World.Toxiproxy),
        session.Version);

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
