namespace LBTool.Core.Arrivals;

/// <summary>
/// Arrivals exactly 1/rate apart, the first at 0. Each instant is computed from its index, so that an odd rate does
/// not drift however long the run: it is off by the rounding to 100 ns and no more.
/// </summary>
/// <param name="rate">Arrivals a second, above 0.</param>
/// <param name="duration">All instants lie before it.</param>
public sealed class Uniform(double rate, TimeSpan duration) : Pacer
{
    private long _index;

    /// <inheritdoc/>
    public override bool TryNext(out TimeSpan intended)
    {
        intended = new TimeSpan((long)Math.Round(_index * (double)TimeSpan.TicksPerSecond / rate));
        if (intended >= duration)
        {
            return false;
        }

        _index++;
        return true;
    }
}
