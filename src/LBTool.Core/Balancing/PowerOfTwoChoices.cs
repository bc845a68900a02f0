using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// The fewer in-flight / weight of a few distinct random backends, drawn by weight. With two choices the longest queue
/// among n falls from log n / log log n to log log n (Mitzenmacher, "The power of two choices in randomized load
/// balancing", 1996), at a cost that does not grow with n, and without the herd that follows a single global minimum.
/// </summary>
public sealed class PowerOfTwoChoices(RandomStream random, int choices = 2) : PreparedBalancer<WeightedDraw>
{
    // Weights may be so uneven that the others are hardly ever drawn: then fewer are compared.
    private const int Redraws = 16;

    /// <inheritdoc/>
    protected override WeightedDraw Make(Candidates candidates) => new(candidates);

    /// <inheritdoc/>
    protected override Backend Pick(Candidates candidates, WeightedDraw draw, in PickContext context) =>
        choices == 2 || candidates.Count == 2 ? PickOfTwo(candidates, draw) : PickOfMany(candidates, draw);

    // The pair comes in random order, so "first wins a tie" favours nobody.
    private Backend PickOfTwo(Candidates candidates, WeightedDraw draw)
    {
        var (first, second) = draw.PickTwo(random);
        var a = candidates[first];
        var b = candidates[second];
        return b.Load < a.Load ? b : a;
    }

    // Drawn one by one, again when drawn before: the order is random too, so "first wins a tie" favours nobody.
    private Backend PickOfMany(Candidates candidates, WeightedDraw draw)
    {
        var count = Math.Min(choices, candidates.Count);
        Span<int> drawn = stackalloc int[count];
        Backend? best = null;
        for (var i = 0; i < count; i++)
        {
            drawn[i] = draw.PickOne(random);
            for (var redraw = 0; drawn[..i].Contains(drawn[i]) && (candidates.AreAlike || redraw < Redraws); redraw++)
            {
                drawn[i] = draw.PickOne(random);
            }

            var candidate = candidates[drawn[i]];
            best = best is null || candidate.Load < best.Load ? candidate : best;
        }

        return best!;
    }
}
