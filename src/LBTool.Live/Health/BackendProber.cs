using System.Net.Sockets;
using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Scenarios;
using LBTool.Live.Timing;

namespace LBTool.Live.Health;

/// <summary>Probes one backend on its own beat, and cuts off what takes too long: nobody waits for anybody else's probe.</summary>
/// <param name="backend">Whom it probes.</param>
/// <param name="check">How.</param>
/// <param name="probe">What asks; disposed with this.</param>
/// <param name="deadlines">Who cuts off what takes too long.</param>
/// <param name="board">Who is told.</param>
/// <param name="clock">Time of the run.</param>
internal sealed class BackendProber(
    Backend backend, ActiveCheck check, Probe probe, ProbeDeadlines deadlines, HealthBoard board, RunClock clock) : IDisposable
{
    // TLS has far more to get ready for its first handshake: a key, a certificate, and code of its own.
    private const int TriesForTls = 10;

    private readonly Lock _ending = new();

    // The number of the probe under way; 0 between probes, and once it was cut off.
    private volatile int _asking;
    private int _probes;

    /// <summary>
    /// The probe before the load. It is tried a few times, because a process that has just started answers its first
    /// request slowly, and so does the prober ask.
    /// </summary>
    public async Task StartAsync(CancellationToken stop)
    {
        var result = await AskAsync().ConfigureAwait(false);
        for (var again = 1; again < FirstTries && !result.Passed && !stop.IsCancellationRequested; again++)
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

                // To send a question is short enough for the timer's own thread. What follows an answer is not.
                await PreciseTimer.Shared.UntilAsync(clock.TimestampOf(due), stop, goOnHere: true).ConfigureAwait(false);
                var asking = AskAsync();
                if (asking.IsCompleted)
                {
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                }

                var result = await asking.ConfigureAwait(false);
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

    /// <summary>Whether the probe of this number is under way.</summary>
    public bool IsAsking(int number) => _asking == number;

    /// <summary>The deadline of the probe of this number has come.</summary>
    public void CutOff(int number)
    {
        lock (_ending)
        {
            if (_asking == number)
            {
                _asking = 0;
                probe.Cut();
            }
        }
    }

    private int FirstTries => check.Tls ? Math.Max(check.Fall, TriesForTls) : check.Fall;

    private async ValueTask<ProbeResult> AskAsync()
    {
        var number = ++_probes;
        _asking = number;
        deadlines.Set(this, number);
        var result = await TryAskAsync().ConfigureAwait(false);
        lock (_ending)
        {
            var isInTime = _asking == number;
            _asking = 0;
            return isInTime ? result : new ProbeResult(false, $"no answer within {Durations.Format(check.Timeout)}");
        }
    }

    private async ValueTask<ProbeResult> TryAskAsync()
    {
        try
        {
            return await probe.AskAsync().ConfigureAwait(false);
        }
        catch (SocketException failure)
        {
            // This process has no socket left to ask with; the next question may find one.
            return ProbeTexts.NotConnected(failure.SocketErrorCode);
        }
    }
}
