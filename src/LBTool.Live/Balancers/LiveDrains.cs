using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Plans;
using LBTool.Live.Timing;

namespace LBTool.Live.Balancers;

/// <summary>Drains backends in real time: what the rules say is due at a deadline is done then.</summary>
/// <param name="drains">The rules.</param>
/// <param name="spec">What holds unless something else is said.</param>
/// <param name="clock">Time of the run.</param>
public sealed class LiveDrains(Drains drains, DrainSpec spec, RunClock clock) : IDisposable
{
    private readonly FaultDrains _faults = new(drains, spec.Deadline);
    private readonly CancellationTokenSource _disposed = new();

    /// <summary>Drains a backend; see <see cref="Drains.Begin"/>.</summary>
    /// <param name="backend">A member of the pool.</param>
    /// <param name="deadline">How long what is in flight may take, 0 or more; null: as the target says.</param>
    public Drain Begin(Backend backend, TimeSpan? deadline = null)
    {
        var drain = drains.Begin(backend, clock.Now, deadline ?? spec.Deadline);
        _ = CutAtDeadlineAsync(drain);
        return drain;
    }

    /// <summary>The drain of a backend that goes on or has taken it out; null when there is none.</summary>
    public Drain? Find(Backend backend) => drains.Find(backend);

    /// <summary>Brings a backend back; see <see cref="Drains.End(Backend, TimeSpan)"/>.</summary>
    public bool End(Backend backend) => drains.End(backend, clock.Now);

    internal void CountCut(Backend backend, CutKind kind, int count) => drains.CountCut(backend, kind, count);

    internal void Begin(PlannedFault fault, Pool pool)
    {
        foreach (var drain in _faults.Begin(fault, BackendsOf(fault, pool), clock.Now))
        {
            _ = CutAtDeadlineAsync(drain);
        }
    }

    internal void End(PlannedFault fault, Pool pool) => _faults.End(fault, BackendsOf(fault, pool), clock.Now);

    /// <summary>Nothing is cut any more.</summary>
    public void Dispose()
    {
        _disposed.Cancel();
        _disposed.Dispose();
    }

    private static IEnumerable<Backend> BackendsOf(PlannedFault fault, Pool pool) =>
        pool.Backends.Where(backend => fault.Backends.Contains(backend.Index));

    // A drain that is over by then has nothing due.
    private async Task CutAtDeadlineAsync(Drain drain)
    {
        try
        {
            // By a length of time: a session without a load has a clock that stands still.
            await PreciseTimer.Shared.DelayAsync(drain.Deadline - clock.Now, _disposed.Token).ConfigureAwait(false);
            drains.Advance(clock.Now > drain.Deadline ? clock.Now : drain.Deadline);
        }
        catch (OperationCanceledException)
        {
            // The world has ended.
        }
    }
}
