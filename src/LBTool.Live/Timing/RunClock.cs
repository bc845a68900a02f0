using System.Diagnostics;

namespace LBTool.Live.Timing;

/// <summary>The time of a run: 0 when the load starts.</summary>
public sealed class RunClock
{
    private const long NotStarted = long.MaxValue;
    private long _zero = NotStarted;

    /// <summary>Time since <see cref="Start"/>; zero before.</summary>
    public TimeSpan Now
    {
        get
        {
            var zero = Volatile.Read(ref _zero);
            return zero == NotStarted ? TimeSpan.Zero : Stopwatch.GetElapsedTime(zero);
        }
    }

    /// <summary>Makes now the time 0.</summary>
    public void Start() => Volatile.Write(ref _zero, Stopwatch.GetTimestamp());

    /// <summary>The <see cref="Stopwatch"/> timestamp of a time of the run; never before it, by rounding up.</summary>
    /// <exception cref="InvalidOperationException">Before <see cref="Start"/>: no such timestamp is known yet.</exception>
    public long TimestampOf(TimeSpan time)
    {
        var zero = Volatile.Read(ref _zero);
        return zero == NotStarted
            ? throw new InvalidOperationException("The clock of the run has not started: a time of the run has no timestamp yet.")
            : zero + ToTimestamp(time);
    }

    /// <summary>A duration in units of <see cref="Stopwatch.GetTimestamp"/>; never shorter, by rounding up.</summary>
    internal static long ToTimestamp(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds * Stopwatch.Frequency);
}
