using System.Collections.Immutable;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Backends;

/// <summary>The HTTP faults that act on a backend now. Each request asks each of them in turn; the first that hits wins.</summary>
/// <param name="random">Decides whom a fault with less than 100 % hits.</param>
internal sealed class ActiveFaults(RandomStream random)
{
    private ImmutableArray<(string Name, HttpEffect Effect)> _faults = [];

    /// <exception cref="ArgumentException">A fault of that name acts already.</exception>
    public void Add(string name, HttpEffect effect) => ImmutableInterlocked.Update(
        ref _faults,
        faults => faults.Any(fault => fault.Name == name)
            ? throw new ArgumentException($"A fault named '{name}' acts on this backend already. Remove it first, or choose another name.", nameof(name))
            : faults.Add((name, effect)));

    /// <returns>False when there was none of that name.</returns>
    public bool Remove(string name) => ImmutableInterlocked.Update(
        ref _faults, faults => faults.RemoveAll(fault => fault.Name == name));

    /// <summary>What happens to the next request; null: nothing.</summary>
    public HttpFault? Draw()
    {
        foreach (var (_, effect) in _faults)
        {
            if (random.NextDouble() < effect.Percent)
            {
                return effect.Fault;
            }
        }

        return null;
    }
}
