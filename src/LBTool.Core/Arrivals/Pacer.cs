using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Arrivals;

/// <summary>
/// The schedule of an open model: when each request is to be sent, whatever became of those before it.
/// Pure, so that the real and the simulated world send at the same instants.
/// </summary>
public abstract class Pacer
{
    /// <summary>The pacer that a load asks for.</summary>
    /// <param name="load">A load of the open model.</param>
    /// <param name="random">The stream of the arrivals; only random spacing draws from it.</param>
    /// <exception cref="ArgumentException">The load is of the closed model, which has no schedule.</exception>
    public static Pacer For(Load load, RandomStream random)
    {
        if (load.Executor != Executor.ConstantArrivalRate)
        {
            throw new ArgumentException($"{load.Executor} has no schedule: its requests follow its answers.", nameof(load));
        }

        return load.Arrivals == ArrivalSpacing.Poisson
            ? new Poisson(load.Rate, load.Duration, random)
            : new Uniform(load.Rate, load.Duration);
    }

    /// <summary>The next intended instant, counted from the start of the load; never before the one before it.</summary>
    /// <returns>False when the schedule is over: the next would not be before the end of the load.</returns>
    public abstract bool TryNext(out TimeSpan intended);
}
