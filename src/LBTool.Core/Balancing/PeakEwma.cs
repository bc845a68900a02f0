using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// Of two random backends, drawn by weight, the one of less cost: latency × (in-flight + 1). The latency is a decaying
/// mean that jumps up to a higher sample at once and comes down slowly (Finagle's peak EWMA). A failure counts as a
/// penalty, so that a backend that fails fast attracts nobody; one that was given up counts for as long as was waited, and
/// only upwards. Without samples the mean sinks, so that a backend that
/// was slow or failing is looked at again, after about decay × ln(worst / usual latency).
/// </summary>
/// <param name="random">Draws the two.</param>
/// <param name="decay">After how long a sample counts 1/e; above 0.</param>
/// <param name="penalty">What a failure counts as, if it did not take longer; above 0.</param>
public sealed class PeakEwma(RandomStream random, TimeSpan decay, TimeSpan penalty) : PreparedBalancer<WeightedDraw>
{
    private readonly Learned _learned = new();

    /// <inheritdoc/>
    protected override WeightedDraw Make(Candidates candidates)
    {
        _learned.MakeRoom(candidates);
        return new WeightedDraw(candidates);
    }

    // The pair comes in random order, so "first wins a tie" favours nobody but by weight.
    /// <inheritdoc/>
    protected override Backend Pick(Candidates candidates, WeightedDraw draw, in PickContext context)
    {
        var (first, second) = draw.PickTwo(random);
        var a = candidates[first];
        var b = candidates[second];
        return CostOf(b, context.Now) < CostOf(a, context.Now) ? b : a;
    }

    /// <inheritdoc/>
    public override void Ended(Candidates candidates, in Ending ending)
    {
        ref var mean = ref _learned.Of(ending.Backend).Mean;
        if (ending.Outcome is LeaseOutcome.Abandoned or LeaseOutcome.Cut)
        {
            Waited(ref mean, ending);
            return;
        }

        var latency = ending.Ok || ending.Latency > penalty ? ending.Latency : penalty;
        mean.Add((float)latency.TotalMilliseconds, ending.Now, decay, peak: true);
    }

    // Whoever gave up is no reason to blame the backend, and how long it would have taken is not known but from below.
    private void Waited(ref DecayingMean mean, in Ending ending)
    {
        var waited = (float)ending.Latency.TotalMilliseconds;
        var (value, left) = mean.Read(ending.Now, decay);
        if (waited > value * left)
        {
            mean.Add(waited, ending.Now, decay, peak: true);
        }
    }

    // One without a sample costs nothing while idle, so that it gets one soon; a second request waits for that sample.
    private float CostOf(Backend backend, TimeSpan now)
    {
        ref var mean = ref _learned.Of(backend).Mean;
        var inFlight = backend.InFlight;
        if (!mean.HasSample)
        {
            return inFlight == 0 ? 0 : (float)penalty.TotalMilliseconds * (inFlight + 1);
        }

        var (value, left) = mean.Read(now, decay);
        return value * left * (inFlight + 1);
    }
}
