namespace LBTool.Simulation;

/// <summary>What a simulated load came to, in a few numbers: kept for every run, at no cost.</summary>
public sealed class LoadTally
{
    /// <summary>Requests that ended.</summary>
    public long Requests { get; private set; }

    /// <summary>Requests intended after the warm-up that ended.</summary>
    public long Measured { get; private set; }

    /// <summary>Measured requests that were errors.</summary>
    public long Errors { get; private set; }

    /// <summary>Mean latency of the measured requests, from the intended instant; 0 when there are none.</summary>
    public TimeSpan Mean => Measured == 0 ? TimeSpan.Zero : new TimeSpan((long)(_latency / Measured));

    private double _latency;

    internal void Add(long latency, bool measured, bool error)
    {
        Requests++;
        if (measured)
        {
            Measured++;
            Errors += error ? 1 : 0;
            _latency += latency;
        }
    }
}
