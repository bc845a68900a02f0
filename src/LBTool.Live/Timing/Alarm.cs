namespace LBTool.Live.Timing;

/// <summary>Lets one thread sleep until an instant, and any other thread wake it before.</summary>
internal abstract class Alarm : IDisposable
{
    /// <summary>The most precise alarm that the system has.</summary>
    public static Alarm Create() => OperatingSystem.IsLinux() ? new EventAlarm() : new NapAlarm();

    /// <summary>
    /// Sleeps until <paramref name="due"/> (a <see cref="System.Diagnostics.Stopwatch"/> timestamp, or
    /// <see cref="long.MaxValue"/> for ever) or a <see cref="Ring"/>, one that came before the sleep included.
    /// May end early for no reason; callers check the clock. One thread at a time.
    /// </summary>
    public abstract void SleepUntil(long due);

    /// <summary>Ends the sleep that is going on, or else the next one.</summary>
    public abstract void Ring();

    /// <inheritdoc/>
    public abstract void Dispose();
}
