using System.Collections.Immutable;
using LBTool.Core.Expectations;
using LBTool.Core.Health;
using LBTool.Core.Plans;
using LBTool.Core.Randomness;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Core.Sessions;
using LBTool.Live.Timing;

namespace LBTool.Live.Sessions;

/// <summary>
/// A world that goes on until it is told to end, and is changed by hand meanwhile: backends, faults, load.
/// <code>
///   control API ─┐             ┌─ SessionBackends   who is there, and in which state
///   live view  ──┼─► Session ──┼─ SessionFaults     what acts on them
///                │             ├─ SessionLoad       what is sent
///                │             ├─ SessionTraffic    what came of it, of late
///                └─────────────┴─ Journal           what was done, as a scenario
/// </code>
/// Changes happen one after the other; each happens wholly or not at all.
/// </summary>
public sealed class Session : IAsyncDisposable
{
    private readonly SessionSettings _settings;
    private readonly Changes _changes = new();
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pulse _events = new();
    private Task _counting = Task.CompletedTask;

    /// <summary>Makes one that has not started.</summary>
    public Session(SessionSettings settings)
    {
        _settings = settings;
        World = new LiveWorld(
            new RunPlan(settings.Scenario.Scenario, settings.Seed, []),
            new LiveOptions { Port = settings.Port, ToxiproxyPort = settings.ToxiproxyPort, Rehearse = false });
        Journal = new Journal(settings.Name, settings.Scenario, settings.Seed);
        Backends = new SessionBackends(World, Journal, _changes);
        Faults = new SessionFaults(World, Backends, Journal, _changes, RandomStream.Derive(settings.Seed, "session/faults"));
        Actions = new BackendActions(World, Backends, Faults, Journal, _changes);
        Load = new SessionLoad(World, Journal, _changes);
        Traffic = new SessionTraffic(World);
        World.Recording.Events.Noted = _events.Beat;
    }

    /// <summary>Its name.</summary>
    public string Name => _settings.Name;

    /// <summary>The version of lbtool.</summary>
    public string Version => _settings.Version;

    /// <summary>Root of all randomness.</summary>
    public ulong Seed => _settings.Seed;

    /// <summary>What it started from.</summary>
    public Scenario Scenario => _settings.Scenario.Scenario;

    /// <summary>How long what is in flight may take when it ends.</summary>
    public TimeSpan DrainDeadline => World.DrainDeadline;

    /// <summary>When it started.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Time since it started.</summary>
    public TimeSpan Now => World.Now;

    /// <summary>What it happens in.</summary>
    public LiveWorld World { get; }

    /// <summary>The backends.</summary>
    public SessionBackends Backends { get; }

    /// <summary>The faults that act.</summary>
    public SessionFaults Faults { get; }

    /// <summary>What can be done to a backend.</summary>
    public BackendActions Actions { get; }

    /// <summary>The load that is driven.</summary>
    public SessionLoad Load { get; }

    /// <summary>What is measured.</summary>
    public SessionTraffic Traffic { get; }

    /// <summary>What was done by hand.</summary>
    public Journal Journal { get; }

    /// <summary>Completes at the next event; the events themselves are in the recording.</summary>
    public Task NextEvent => _events.Next;

    /// <summary>Completes when somebody has asked the session to end.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>Brings everything up; time 0 is when it has.</summary>
    /// <exception cref="WorldException">The environment does not allow it, e.g. a port is in use.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        await World.StartAsync(stop).ConfigureAwait(false);
        Backends.Begin(_settings.Scenario.Backends);
        StartedAt = TimeProvider.System.GetUtcNow();
        World.StartClock();
        _counting = Traffic.RunAsync(_over.Token);
    }

    /// <summary>Asks for the end; whoever runs the session disposes it then.</summary>
    public void Stop() => _stopped.TrySetResult();

    /// <summary>Serves its clients to their end, as long as the scenario's drain allows; nothing new comes in any more.</summary>
    public async Task DrainAsync()
    {
        await Load.StopAsync().ConfigureAwait(false);
        await World.DrainBalancerAsync().ConfigureAwait(false);
    }

    /// <summary>As it was at the start: no fault, every state as it began, and nothing measured. The load goes on.</summary>
    public Task ResetAsync() => _changes.MakeAsync(async () =>
    {
        await Faults.EndAllAsync().ConfigureAwait(false);
        Actions.EnableAll();
        Traffic.Reset();
        Journal.Note(Now, "reset: every fault ended, and counting began anew");
    });

    /// <summary>Watches the session for a while, and judges that while.</summary>
    /// <exception cref="Refusal">The expectation cannot be judged here.</exception>
    public async Task<ExpectationOutcome> ExpectAsync(ExpectRequest request, CancellationToken stop)
    {
        using var hold = Traffic.Hold();
        var from = Now;
        var window = new Window(from, from + request.For);
        var states = Backends.All.ToImmutableDictionary(backend => backend.Index, backend => World.Health!.StateOf(backend.Pooled));
        var problems = Seen(window, states, hold).Check(request.Text);
        if (!problems.IsEmpty)
        {
            throw new Refusal(RefusalKind.Invalid, string.Join('\n', problems));
        }

        await PreciseTimer.Shared.DelayAsync(request.For, stop).ConfigureAwait(false);
        await Load.SettleAsync(window.Until, stop).ConfigureAwait(false);
        Journal.Expect(request.Text, window.From, window.Until);
        return Seen(window, states, hold).Judge(request.Text);
    }

    /// <summary>Ends clients, faults and world, whatever state they are in. One that fails keeps no other from it.</summary>
    public async ValueTask DisposeAsync()
    {
        using var changes = _changes;
        await using var world = World;
        Faults.Abandon();
        try
        {
            await _over.CancelAsync().ConfigureAwait(false);
            await _counting.ConfigureAwait(false);
            await Load.EndAsync().ConfigureAwait(false);
        }
        finally
        {
            await EndFaultsAsync().ConfigureAwait(false);
        }
    }

    // A Toxiproxy server of the user's keeps what is not taken back; one that has gone has nothing to take back.
    private async Task EndFaultsAsync()
    {
        try
        {
            await _changes.MakeAsync(Faults.EndAllAsync).ConfigureAwait(false);
        }
        catch (WorldException)
        {
            // What cannot be ended ends with the world.
        }
    }

    private SessionWindow Seen(Window window, ImmutableDictionary<int, BackendState> states, RecordsHold hold) => new(
        Scenario,
        Load.Current?.Load,
        Backends.All.ToImmutableSortedDictionary(backend => backend.Index, backend => backend.Written.Spec),
        states,
        window,
        hold.Read());
}
