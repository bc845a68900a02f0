using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// A rule that sends equal keys to the same backend. A request without a key is nobody's: it goes where a random key
/// would, so that such requests are spread as the keys are.
/// </summary>
/// <param name="random">Makes keys for requests without one.</param>
/// <typeparam name="T">What the rule prepares for a set of candidates.</typeparam>
public abstract class KeyedBalancer<T>(RandomStream random) : PreparedBalancer<T>
    where T : class
{
    /// <inheritdoc/>
    protected sealed override Backend Pick(Candidates candidates, T prepared, in PickContext context) =>
        Pick(candidates, prepared, context.TryGetKey(out var key) ? key : random.PickBits());

    /// <summary>Picks one of two or more for the hash of a key.</summary>
    protected abstract Backend Pick(Candidates candidates, T prepared, ulong key);
}
