using LBTool.Core.Randomness;

namespace LBTool.Core.Balancing;

/// <summary>
/// Hash of the key mod n: even, and as cheap as it gets, until n changes. Then n/(n+1) of all keys move; that is what it
/// is here to show. Weights are ignored, and so is slow start (nginx has none for ip_hash either): half a backend would
/// be another n for every key.
/// </summary>
public sealed class ModuloHash(RandomStream random) : KeyedBalancer<object>(random)
{
    private static readonly object Nothing = new();

    /// <inheritdoc/>
    protected override object Make(Candidates candidates) => Nothing;

    /// <inheritdoc/>
    protected override Backend Pick(Candidates candidates, object prepared, ulong key) =>
        candidates[(int)(key % (ulong)candidates.Count)];
}
