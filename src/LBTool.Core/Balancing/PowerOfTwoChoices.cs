using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// The fewer in-flight / weight of a few distinct random backends. With two choices the longest queue among n falls
/// from log n / log log n to log log n (Mitzenmacher, "The power of two choices in randomized load balancing", 1996),
/// at a cost that does not grow with n, and without the herd that follows a single global minimum.
/// </summary>
public sealed class PowerOfTwoChoices(RandomStream random, int choices = 2) : Balancer
{
    /// <inheritdoc/>
    public override Backend Pick(Backend[] available)
    {
        if (available.Length == 1)
        {
            return available[0];
        }

        return choices == 2 || available.Length == 2 ? PickOfTwo(available) : PickOfMany(available);
    }

    // The pair comes in random order, so "first wins a tie" favours nobody.
    private Backend PickOfTwo(Backend[] available)
    {
        var (first, second) = random.PickTwo(available.Length);
        var a = available[first];
        var b = available[second];
        return b.Load < a.Load ? b : a;
    }

    // Drawn one by one, again when drawn before: the order is uniform too, so "first wins a tie" favours nobody.
    private Backend PickOfMany(Backend[] available)
    {
        var count = Math.Min(choices, available.Length);
        Span<int> drawn = stackalloc int[count];
        Backend? best = null;
        for (var i = 0; i < count; i++)
        {
            do
            {
                drawn[i] = random.PickOne(available.Length);
            }
            while (drawn[..i].Contains(drawn[i]));

            var candidate = available[drawn[i]];
            best = best is null || candidate.Load < best.Load ? candidate : best;
        }

        return best!;
    }
}
