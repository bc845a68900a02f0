using System.Diagnostics;
using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Scenarios;
using LBTool.Live.Timing;

namespace LBTool.Live.Health;

/// <summary>Probes one backend on its own beat, and cuts off what takes too long: nobody waits for anybody else's probe.</summary>
/// <param name="backend">Whom it probes.</param>
/// <param name="check">How.</param>
/// <param name="probe">What asks; disposed with this.</param>
/// <param name="board">Who is told.</param>
/// <param name="clock">Time of the run.</param>
internal sealed class BackendProber(Backend backend, ActiveCheck check, Probe probe, HealthBoard board, RunClock clock) : IDisposable
{
    // The number of the probe under way; its negative once it was cut off, 0 between probes.
    private int _asking;
    private int _probes;

    /// <summary>
    /// The probe before the load. It is tried a few times, because a process that has just started answers its first
    /// request slowly, and so does the prober ask.
    /// </summary>
    public async Task StartAsync(CancellationToken stop)
    {
        var result = await AskAsync().ConfigureAwait(false);
        for (var again = 1; again < check.Fall && !result.Passed && !stop.IsCancellationRequested; again++)
        {
            result = await AskAsync().ConfigureAwait(false);
        }

        board.ObserveProbe(backend, result, clock.Now, clock.Now);
    }

    /// <summary>Probes at these times, until stopped. The clock runs.</summary>
    public async Task RunAsync(ProbeTimes times, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var due = times.Next(clock.Now);
                await PreciseTimer.Shared.UntilAsync(clock.TimestampOf(due), stop).ConfigureAwait(false);
                var result = await AskAsync().ConfigureAwait(false);
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                board.ObserveProbe(backend, result, due, clock.Now);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>Ends the probe under way, whatever it would have found.</summary>
    public void Cut() => probe.Cut();

    /// <inheritdoc/>
    public void Dispose() => probe.Dispose();

    // The wait for the deadline is never cancelled, as that would cost more than all the rest: it looks whether its probe
    // still goes on.
    private async ValueTask<ProbeResult> AskAsync()
    {
        var number = ++_probes;
        Volatile.Write(ref _asking, number);
        var deadline = CutOffAsync(number, Stopwatch.GetTimestamp() + RunClock.ToTimestamp(check.Timeout));
        var result = await probe.AskAsync().ConfigureAwait(false);
        if (Interlocked.CompareExchange(ref _asking, 0, number) == number)
        {
            return result;
        }

        await deadline.ConfigureAwait(false);
        return new ProbeResult(false, $"no answer within {Durations.Format(check.Timeout)}");
    }

    private async Task CutOffAsync(int number, long due)
    {
        await PreciseTimer.Shared.UntilAsync(due).ConfigureAwait(false);
        if (Interlocked.CompareExchange(ref _asking, -number, number) == number)
        {
            probe.Cut();
        }
    }
}
