using System.Diagnostics;
using LBTool.Core.Backends;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Timing;

namespace LBTool.Live.Backends;

/// <summary>Where a backend's process runs: it outlives the process, and decides how many workers that has.</summary>
/// <param name="spec">How the process behaves.</param>
/// <param name="random">For what each process draws when it starts.</param>
internal sealed class Host(BackendSpec spec, RandomStream random)
{
    private readonly long _zero = Stopwatch.GetTimestamp();
    private readonly WorkerLimits _limits = new(spec.Concurrency);
    private BackendSpec _spec = spec;
    private Process _process = new(new Places(new WorkerLimits(spec.Concurrency).Workers, spec.Queue), new BackendProcess(spec, TimeSpan.Zero, again: false, random));

    /// <summary>The process that runs now.</summary>
    public Process Process => Volatile.Read(ref _process);

    /// <summary>Time of the host. Not the run's, which stands still until the load starts.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_zero);

    /// <summary>Completes at a time of the host.</summary>
    public ValueTask UntilAsync(TimeSpan time, CancellationToken stop) =>
        PreciseTimer.Shared.UntilAsync(_zero + RunClock.ToTimestamp(time), stop);

    /// <summary>
    /// A new process: nothing of the old work holds a place in it, nothing of the old memory is left. Limits stay: they
    /// are faults, and end when those do.
    /// </summary>
    public void Restart()
    {
        lock (_limits)
        {
            var memory = new BackendProcess(_spec, Now, again: true, random);
            Volatile.Write(ref _process, new Process(new Places(_limits.Workers, _spec.Queue), memory));
        }
    }

    /// <summary>From now on the process behaves so, and every later one. Who is served already is not disturbed.</summary>
    public void Change(BackendSpec spec)
    {
        lock (_limits)
        {
            _spec = spec;
            _limits.Change(spec.Concurrency);
            Process.Memory.Change(spec);
            Process.Places.Limit(spec.Queue);
            Process.Places.Resize(_limits.Workers);
        }
    }

    /// <summary>Limits the requests served at once; of several limits the lowest holds.</summary>
    public void Limit(string name, int workers)
    {
        lock (_limits)
        {
            _limits.Limit(name, workers);
            Process.Places.Resize(_limits.Workers);
        }
    }

    /// <summary>Takes a limit back.</summary>
    /// <returns>False when there was none of that name.</returns>
    public bool Unlimit(string name)
    {
        lock (_limits)
        {
            var removed = _limits.Unlimit(name);
            Process.Places.Resize(_limits.Workers);
            return removed;
        }
    }
}

/// <summary>What dies with the process of a backend: who is served and who waits, and what it has in memory.</summary>
/// <param name="Places">Where requests are served.</param>
/// <param name="Memory">What it knows, and how it behaves by itself.</param>
internal sealed record Process(Places Places, BackendProcess Memory);
