using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// The smallest mean response time × (in-flight + 1) / weight, ties at random. The mean of a backend forgets: as its
/// samples age it goes towards half the mean of the whole pool. So a backend without samples is tried soon, wins no more
/// than two requests at a time until it has answered one, and one that was slow is tried again.
/// </summary>
/// <remarks>
/// Failures are no response times and are not learned. A backend that fails fast therefore keeps its mean and has
/// little in flight: it attracts more than its share.
/// </remarks>
/// <param name="random">Breaks ties.</param>
/// <param name="decay">After how long a sample counts 1/e; above 0.</param>
public sealed class LeastResponseTime(RandomStream random, TimeSpan decay) : LeastScore
{
    // What nothing is known of any more must look better than the usual, or the best would keep the rest from ever
    // being tried.
    private const float Optimism = 0.5f;

    private readonly Learned _learned = new();
    private DecayingMean _pool;
    private long _nowTicks;
    private uint _turn;

    /// <inheritdoc/>
    protected override LoadTree Make(Candidates candidates)
    {
        _learned.MakeRoom(candidates);
        return base.Make(candidates);
    }

    /// <inheritdoc/>
    protected override Backend Pick(Candidates candidates, LoadTree index, in PickContext context) =>
        index.FindByChance(random.PickBits());

    /// <inheritdoc/>
    protected override float ScoreOf(Backend backend)
    {
        var (mean, left) = _learned.Of(backend).Mean.Read(new TimeSpan(Volatile.Read(ref _nowTicks)), decay);

        // Before the first sample of all, any number will do: all are alike.
        var unknown = _pool.HasSample ? _pool.Value * Optimism : 1;
        return ((mean * left) + (unknown * (1 - left))) * (backend.InFlight + 1) * (float)backend.InverseWeight;
    }

    /// <inheritdoc/>
    public override void Started(Candidates candidates, Backend backend, TimeSpan now)
    {
        Volatile.Write(ref _nowTicks, now.Ticks);
        base.Started(candidates, backend, now);
    }

    /// <inheritdoc/>
    public override void Ended(Candidates candidates, in Ending ending)
    {
        Volatile.Write(ref _nowTicks, ending.Now.Ticks);
        if (ending.Ok)
        {
            var latency = (float)ending.Latency.TotalMilliseconds;
            _learned.Of(ending.Backend).Mean.Add(latency, ending.Now, decay);
            _pool.Add(latency, ending.Now, decay);
        }

        base.Ended(candidates, ending);
        if (candidates.Count > 0)
        {
            // Scores move with time and with the pool's mean also where nothing begins or ends: one more each time.
            Update(candidates, candidates[(int)(Interlocked.Increment(ref _turn) % (uint)candidates.Count)]);
        }
    }
}
