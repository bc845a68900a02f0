namespace LBTool.Core.Backends;

/// <summary>Pauses in which everything in a process stalls, as under a stop-the-world garbage collection.</summary>
/// <param name="Every">From the start of one pause to the start of the next.</param>
/// <param name="For">Length of a pause, above 0 and below <paramref name="Every"/>.</param>
public sealed record GcPause(TimeSpan Every, TimeSpan For);

/// <summary>The pauses of one process: when work that begins now is done, if it stands still in each of them.</summary>
/// <param name="spec">How often and how long.</param>
/// <param name="first">When the first one begins.</param>
public sealed class PauseClock(GcPause spec, TimeSpan first)
{
    private readonly long _between = (spec.Every - spec.For).Ticks;

    /// <summary>
    /// When <paramref name="work"/> (0 or more) that begins at <paramref name="start"/> is done. What is done at the
    /// very start of a pause is not held up; what begins there is.
    /// </summary>
    public TimeSpan Finish(TimeSpan start, TimeSpan work)
    {
        if (start < first)
        {
            var free = first - start;
            if (work <= free)
            {
                return start + work;
            }

            (start, work) = (first, work - free);
        }

        // Ticks since the last pause began, and what of the time until the next one is left to work in.
        var since = (start - first).Ticks % spec.Every.Ticks;
        var resumes = since < spec.For.Ticks ? start + spec.For - new TimeSpan(since) : start;
        var left = _between - Math.Max(0, since - spec.For.Ticks);
        var pauses = work.Ticks <= left ? 0 : (work.Ticks - left - 1) / _between + 1;
        return resumes + work + (pauses * spec.For);
    }
}
