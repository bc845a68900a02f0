using System.Diagnostics;

namespace LBTool.Live.Timing;

/// <summary>The time of a run: 0 when the load starts.</summary>
public sealed class RunClock
{
    private long _zero = long.MaxValue;

    /// <summary>Time since <see cref="Start"/>; zero before.</summary>
    public TimeSpan Now
    {
        get
        {
            var zero = Volatile.Read(ref _zero);
            return zero == long.MaxValue ? TimeSpan.Zero : Stopwatch.GetElapsedTime(zero);
        }
    }

    /// <summary>Makes now the time 0.</summary>
    public void Start() => Volatile.Write(ref _zero, Stopwatch.GetTimestamp());

    /// <summary>The <see cref="Stopwatch"/> timestamp of a time of the run; never before it, by rounding up.</summary>
    public long TimestampOf(TimeSpan time) =>
        Volatile.Read(ref _zero) + (long)Math.Ceiling(time.TotalSeconds * Stopwatch.Frequency);
}
