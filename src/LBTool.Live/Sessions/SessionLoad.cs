using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;
using LBTool.Core.Sessions;
using LBTool.Live.Load;

namespace LBTool.Live.Sessions;

/// <summary>The load that a session drives on its balancer: at most one at a time, of any model, until it is stopped or over.</summary>
public sealed class SessionLoad
{
    // Each load numbers its requests in a range of its own, so that no two requests of a session have the same number.
    private const int NumberBits = 40;

    private readonly LiveWorld _world;
    private readonly Journal _journal;
    private readonly Changes _changes;
    private readonly CancellationTokenSource _over = new();
    private readonly List<Task> _ending = [];
    private DrivenLoad? _current;
    private int _count;

    internal SessionLoad(LiveWorld world, Journal journal, Changes changes) => (_world, _journal, _changes) = (world, journal, changes);

    /// <summary>What is driven now; null: nothing.</summary>
    public DrivenLoad? Current => _current;

    /// <summary>Drives a load, in the place of the one before: its open requests end by themselves.</summary>
    /// <exception cref="Refusal">The protocol does not have it, or it needs more sockets than this process may open.</exception>
    public Task<DrivenLoad> SetAsync(BodyReading<Core.Scenarios.Load> reading) => _changes.MakeAsync(async () =>
    {
        var load = reading.Value ?? throw new ArgumentException("what could not be read cannot be driven", nameof(reading));
        if (ProtocolRules.Refuses(_world.Protocol, load).ToList() is { Count: > 0 } problems)
        {
            throw new Refusal(RefusalKind.Invalid, string.Join('\n', problems));
        }

        var driver = Create(load);
        await StopCurrentAsync(noted: false).ConfigureAwait(false);
        _journal.BeginLoad(reading.Written, _world.Now);
        _world.Recording.Events.Note(new RunEvent(_world.Now, _world.Now, RunEventKind.LoadStart, "load", "load starts"));
        var driven = new DrivenLoad(load, reading.Written, driver, _world.Now, _world.Recording);
        _current = driven;
        _ending.RemoveAll(task => task.IsCompleted);
        _ending.Add(RunAsync(driven));
        return driven;
    });

    /// <summary>Sends no more; what is open ends by itself.</summary>
    /// <returns>False when nothing was driven.</returns>
    public Task<bool> StopAsync() => _changes.MakeAsync(() => StopCurrentAsync(noted: true));

    /// <summary>Ends everything now.</summary>
    internal async Task EndAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_ending).ConfigureAwait(false);
    }

    /// <summary>Waits until no request is open that was sent before a time: each has its timeout, so that this ends.</summary>
    internal async Task SettleAsync(TimeSpan before, CancellationToken stop)
    {
        while (_current is { } current && current.Driver.HasOpenSentBefore(before))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), stop).ConfigureAwait(false);
        }
    }

    private LoadDriver Create(Core.Scenarios.Load load)
    {
        try
        {
            return _world.CreateDriver(load, $"arrivals/{_count}", (long)_count++ << NumberBits);
        }
        catch (Core.Runs.WorldException impossible)
        {
            throw new Refusal(RefusalKind.Impossible, impossible.Message);
        }
    }

    private Task<bool> StopCurrentAsync(bool noted)
    {
        if (_current is not { } current)
        {
            return Task.FromResult(false);
        }

        _current = null;
        current.Finish.Cancel();
        if (noted)
        {
            NoteEnd();
        }

        return Task.FromResult(true);
    }

    private async Task RunAsync(DrivenLoad load)
    {
        var text = "load ends";
        try
        {
            await load.Driver.RunAsync(_over.Token, load.StartedAt, load.Finish.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            text = $"load ends, because it failed: {failure.Message}";
            throw;
        }
        finally
        {
            if (Interlocked.CompareExchange(ref _current, null, load) == load)
            {
                NoteEnd(text);
            }

            await load.Driver.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void NoteEnd(string text = "load ends")
    {
        _journal.EndLoad(_world.Now);
        _world.Recording.Events.Note(new RunEvent(_world.Now, _world.Now, RunEventKind.LoadEnd, "load", text));
    }
}
