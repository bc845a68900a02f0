using System.Runtime.InteropServices;

namespace LBTool.Cli;

/// <summary>
/// Ctrl-C, SIGTERM and the end of the terminal. The first asks for an orderly end, with roll-back and results; a later one ends the process at
/// once. Which signal came decides the exit code.
/// </summary>
/// <param name="kill">Ends the process at once with an exit code.</param>
/// <param name="time">Tells signals that come together from later ones; the system's by default.</param>
internal sealed class Signals(Action<int> kill, TimeProvider? time = null) : IDisposable
{
    // timeout(1) sends its signal to the process and then to the group that it is in: one wish, which comes twice.
    private static readonly TimeSpan OneWish = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly CancellationTokenSource _stop = new();
    private PosixSignalRegistration[] _registrations = [];
    private int _exitCode;
    private long _firstCame;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>129, 130 or 143 by the first signal; 0 while none came.</summary>
    public int ExitCode => Volatile.Read(ref _exitCode);

    /// <summary>Called when the first signal has come, before anything is cancelled.</summary>
    public Action? Received { get; set; }

    /// <summary>Takes the signals of this process over.</summary>
    public Signals Listen()
    {
        _registrations =
        [
            On(PosixSignal.SIGINT, ExitCodes.Interrupted),
            On(PosixSignal.SIGTERM, ExitCodes.Terminated),
            On(PosixSignal.SIGHUP, ExitCodes.HungUp),
        ];
        return this;
    }

    /// <summary>A signal came.</summary>
    public void Receive(int exitCode)
    {
        var now = Math.Max(1, _time.GetTimestamp());
        var first = Interlocked.CompareExchange(ref _firstCame, now, 0);
        if (first == 0)
        {
            Volatile.Write(ref _exitCode, exitCode);
            Received?.Invoke();
            _stop.Cancel();
        }
        else if (_time.GetElapsedTime(first, now) >= OneWish)
        {
            kill(exitCode);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    private PosixSignalRegistration On(PosixSignal signal, int exitCode) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            Receive(exitCode);
        });
}
