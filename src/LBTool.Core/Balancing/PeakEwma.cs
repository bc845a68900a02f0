using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// Of two random backends, drawn by weight, the one of less cost: latency × (in-flight + 1). The latency is a decaying
/// mean that jumps up to a higher sample at once and comes down slowly (Finagle's peak EWMA). A failure counts as a
/// penalty, and as no less than what the dearest good request of late has cost, so that a backend that fails fast attracts
/// nobody, however slow and busy the others are; one that was given up counts for as long as was waited, and only upwards.
/// Without samples the mean sinks, so that a backend that was slow or failing is looked at again, after about
/// decay × ln(worst / usual latency).
/// </summary>
/// <param name="random">Draws the two.</param>
/// <param name="decay">After how long a sample counts 1/e; above 0.</param>
/// <param name="penalty">What a failure counts as at least; above 0.</param>
public sealed class PeakEwma(RandomStream random, TimeSpan decay, TimeSpan penalty) : PreparedBalancer<WeightedDraw>
{
    private readonly Learned _learned = new();

    // Cost of good requests, by their latencies and not by the means: penalties must not feed on penalties.
    private DecayingMean _dearest;

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
        var latency = (float)ending.Latency.TotalMilliseconds;
        if (ending.Outcome is LeaseOutcome.Abandoned or LeaseOutcome.Cut)
        {
            Waited(ref mean, latency, ending.Now);
            return;
        }

        if (ending.Ok)
        {
            _dearest.Add(latency * (ending.Backend.InFlight + 1), ending.Now, decay, peak: true);
        }

        mean.Add(ending.Ok ? latency : Math.Max(latency, Penalty(ending.Now)), ending.Now, decay, peak: true);
    }

    // Whoever gave up is no reason to blame the backend, and how long it would have taken is not known but from below.
    private void Waited(ref DecayingMean mean, float latency, TimeSpan now)
    {
        var (value, left) = mean.Read(now, decay);
        if (latency > value * left)
        {
            mean.Add(latency, now, decay, peak: true);
        }
    }

    private float Penalty(TimeSpan now)
    {
        var (dearest, left) = _dearest.Read(now, decay);
        return Math.Max((float)penalty.TotalMilliseconds, dearest * left);
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
