using LBTool.Core.Randomness;

namespace LBTool.Core.Arrivals;

/// <summary>
/// Arrivals as many independent users make them: exponential gaps of mean 1/rate, so bursts and lulls.
/// The first comes one gap after 0.
/// </summary>
/// <param name="rate">Arrivals a second on average, above 0.</param>
/// <param name="duration">All instants lie before it.</param>
/// <param name="random">One draw a gap.</param>
public sealed class Poisson(double rate, TimeSpan duration, RandomStream random) : Pacer
{
    private double _seconds = random.NextExponential(1 / rate);

    /// <inheritdoc/>
    public override bool TryNext(out TimeSpan intended)
    {
        intended = TimeSpan.MaxValue;
        if (_seconds >= duration.TotalSeconds)
        {
            return false;
        }

        intended = TimeSpan.FromSeconds(_seconds);
        _seconds += random.NextExponential(1 / rate);
        return true;
    }
}
