using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Simulation.Time;

namespace LBTool.Simulation;

/// <summary>
/// The pretend world: everything in virtual time, on one thread, exact and repeatable. Nothing happens by itself:
/// <see cref="Run"/> moves time on from event to event, and whoever waits for an instant goes on inside of it.
/// </summary>
public sealed class SimulatedWorld : IWorld
{
    private const int EventsAStopCheck = 4096;
    private readonly Simulation _simulation;
    private readonly List<TaskCompletionSource> _waits = [];

    /// <param name="plan">What is to be there.</param>
    /// <param name="options">What the command line decides; null for the defaults.</param>
    public SimulatedWorld(RunPlan plan, SimulationOptions? options = null)
    {
        options ??= new SimulationOptions();
        _simulation = new Simulation(plan, options, options.Record ? Recording : null);
    }

    /// <inheritdoc/>
    public Recording Recording { get; } = new(packs: true);

    /// <summary>What the load has come to so far.</summary>
    public LoadTally Tally => _simulation.Clients.Tally;

    /// <inheritdoc/>
    public TimeSpan Now => _simulation.Queue.Time;

    /// <summary>Leases open now on the backend of this index, over all balancers.</summary>
    public int InFlight(int index) => _simulation.Balancer.InFlight(index);

    /// <summary>Runs a conductor over this world to its end. Takes the calling thread until then.</summary>
    /// <param name="conductor">Made for this world.</param>
    /// <param name="stop">Interrupts the run; may be cancelled by any thread.</param>
    /// <exception cref="InvalidOperationException">The run waits for something that is not in virtual time.</exception>
    public RunResult Run(Conductor conductor, CancellationToken stop) => InVirtualTime(() =>
    {
        // A token of this thread's own: cancelled by another one, it would run the world's continuations over there.
        using var interrupt = new CancellationTokenSource();
        if (stop.IsCancellationRequested)
        {
            interrupt.Cancel();
        }

        var run = conductor.RunAsync(interrupt.Token);
        Drain(run, stop, interrupt);
        return run.IsCompleted
            ? run.GetAwaiter().GetResult()
            : throw new InvalidOperationException("the run waits for something that is not in virtual time");
    });

    /// <summary>Drives the load alone, without faults and conductor, to its end.</summary>
    public LoadTally DriveLoad() => InVirtualTime(() =>
    {
        using var never = new CancellationTokenSource();
        Drain(DriveLoadAsync(CancellationToken.None), CancellationToken.None, never);
        return Tally;
    });

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken stop) =>
        Unsupported.FindIn(_simulation.Plan.Scenario) is { } unknown
            ? Task.FromException(new WorldException($"the simulator does not know {unknown}: run the scenario for real (lbtool run)"))
            : stop.IsCancellationRequested ? Task.FromCanceled(stop) : Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DriveLoadAsync(CancellationToken stop)
    {
        _simulation.Balancer.Begin();
        _simulation.Clients.Start();
        using (stop.UnsafeRegister(static clients => ((Clients)clients!).Abort(), _simulation.Clients))
        {
            await _simulation.Clients.Over.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task WaitUntilAsync(TimeSpan at, CancellationToken stop)
    {
        var wait = new TaskCompletionSource();
        using (stop.UnsafeRegister(static (wait, token) => ((TaskCompletionSource)wait!).TrySetCanceled(token), wait))
        {
            _simulation.Queue.Add(at.Ticks, EventKind.Wait, _waits.Count);
            _waits.Add(wait);
            await wait.Task.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task BeginAsync(PlannedFault fault)
    {
        if (PoolFaults.Have(fault))
        {
            _simulation.Balancer.Begin(fault);
            return Task.CompletedTask;
        }

        foreach (var index in fault.Backends)
        {
            _simulation.Members[index].Begin(fault);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task EndAsync(PlannedFault fault)
    {
        if (PoolFaults.Have(fault))
        {
            _simulation.Balancer.End(fault);
            return Task.CompletedTask;
        }

        foreach (var index in fault.Backends)
        {
            _simulation.Members[index].End(fault);
        }

        return Task.CompletedTask;
    }

    /// <summary>There is nothing to release.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Drain(Task until, CancellationToken stop, CancellationTokenSource interrupt)
    {
        for (var events = 1; !until.IsCompleted && _simulation.Queue.TryNext(out var next); events++)
        {
            var isWait = next.Kind == EventKind.Wait;
            if (isWait)
            {
                _waits[next.Target].TrySetResult();
            }
            else
            {
                _simulation.Handle(next);
            }

            if ((isWait || events % EventsAStopCheck == 0) && stop.IsCancellationRequested && !interrupt.IsCancellationRequested)
            {
                interrupt.Cancel();
            }
        }
    }

    // Continuations run inline only where no context wants them elsewhere.
    private static T InVirtualTime<T>(Func<T> run)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
