namespace LBTool.Core.Balancing;

/// <summary>
/// A mean of latencies in which older ones count less: by 1/e after each decay time. Value and time of the last sample
/// are one 64-bit word, so that any number of threads may add samples without a lock.
/// </summary>
internal struct DecayingMean
{
    // Time in 10 µs: two samples closer together count as one, and after 12 hours without any the age is wrong.
    private const long TicksPerStamp = 100;
    private const uint MostAhead = 60 * 100_000;

    // 0: no sample yet. The bits of the value in milliseconds above, the stamp below.
    private long _state;

    /// <summary>Whether there has been a sample.</summary>
    public readonly bool HasSample => Volatile.Read(in _state) != 0;

    /// <summary>The mean at the last sample, in milliseconds; 0 without samples.</summary>
    public readonly float Value => ValueOf(Volatile.Read(in _state));

    /// <summary>The mean at the last sample, and how much of it is left by now: 1 just after, towards 0.</summary>
    /// <param name="now">Time of the run.</param>
    /// <param name="decay">Decay time; above 0.</param>
    /// <returns>Milliseconds and a share; 0 and 0 without samples.</returns>
    public readonly (float Value, float Left) Read(TimeSpan now, TimeSpan decay)
    {
        var state = Volatile.Read(in _state);
        return state == 0 ? default : (ValueOf(state), Left(state, now, decay));
    }

    /// <summary>Adds a sample.</summary>
    /// <param name="milliseconds">The latency.</param>
    /// <param name="now">Time of the run.</param>
    /// <param name="decay">Decay time; above 0.</param>
    /// <param name="peak">Whether a sample above the mean becomes the mean at once.</param>
    public void Add(float milliseconds, TimeSpan now, TimeSpan decay, bool peak = false)
    {
        long seen, next;
        do
        {
            seen = Volatile.Read(in _state);
            var mean = milliseconds;
            if (seen != 0)
            {
                var left = Left(seen, now, decay);
                var old = ValueOf(seen);
                mean = peak && milliseconds > old * left ? milliseconds : (old * left) + (milliseconds * (1 - left));
            }

            next = ((long)BitConverter.SingleToInt32Bits(Math.Max(mean, float.Epsilon)) << 32) | Stamp(now);
        }
        while (Interlocked.CompareExchange(ref _state, next, seen) != seen);
    }

    private static float ValueOf(long state) => BitConverter.Int32BitsToSingle((int)(state >> 32));

    // A stamp of the future is another thread's, a little ahead: nothing has decayed. As an age it is just below the largest.
    private static float Left(long state, TimeSpan now, TimeSpan decay)
    {
        var age = Stamp(now) - (uint)state;
        return age is 0 or > uint.MaxValue - MostAhead ? 1 : MathF.Exp((float)(-age * TicksPerStamp / (double)decay.Ticks));
    }

    private static uint Stamp(TimeSpan now) => (uint)(now.Ticks / TicksPerStamp);
}
