using System.Collections.Immutable;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Core.HttpFaults;

/// <summary>
/// The HTTP faults that act on a backend now, and the decision which of them hits a request: each is asked in turn, and
/// the first that hits wins. Each draws from a stream of its own, derived from its name, so that one fault shifts no
/// other's draws. For any number of threads.
/// </summary>
/// <param name="seed">Root of those streams.</param>
public sealed class HttpFaultSet(ulong seed)
{
    private ImmutableArray<ActiveHttpFault> _faults = [];

    /// <summary>Makes a fault act on the requests that come from now on.</summary>
    /// <exception cref="ArgumentException">A fault of that name acts already.</exception>
    public void Add(string name, HttpEffect effect)
    {
        var added = new ActiveHttpFault(name, effect, RandomStream.Derive(seed, name));
        ImmutableInterlocked.Update(ref _faults, faults => faults.Any(fault => fault.Name == name)
            ? throw new ArgumentException($"A fault named '{name}' acts on this backend already. Remove it first, or choose another name.", nameof(name))
            : faults.Add(added));
    }

    /// <summary>Ends a fault: it hits nobody more, and <see cref="ActiveHttpFault.Ended"/> tells those whom it holds.</summary>
    /// <returns>False when there was none of that name.</returns>
    public bool Remove(string name)
    {
        var ended = _faults.FirstOrDefault(fault => fault.Name == name);
        ImmutableInterlocked.Update(ref _faults, faults => faults.RemoveAll(fault => fault.Name == name));
        ended?.End();
        return ended is not null;
    }

    /// <summary>The fault that hits this request; null when none does.</summary>
    /// <param name="path">The request's path, without its query.</param>
    /// <param name="method">The request's method, in capitals.</param>
    public ActiveHttpFault? Draw(string path, string method)
    {
        foreach (var fault in _faults)
        {
            if (fault.Hits(path, method))
            {
                return fault;
            }
        }

        return null;
    }
}

/// <summary>An HTTP fault that acts.</summary>
public sealed class ActiveHttpFault
{
    private readonly CancellationTokenSource _ended = new();
    private readonly HttpEffect _effect;
    private readonly RandomStream _random;

    internal ActiveHttpFault(string name, HttpEffect effect, RandomStream random)
    {
        Name = name;
        _effect = effect;
        _random = random;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The wrong answer.</summary>
    public HttpFault Fault => _effect.Fault;

    /// <summary>Cancelled when it ends: who is held by it then goes on.</summary>
    public CancellationToken Ended => _ended.Token;

    internal bool Hits(string path, string method) =>
        _effect.Matches(path, method) && (_effect.Percent >= 1 || _random.NextDouble() < _effect.Percent);

    internal void End() => _ended.Cancel();
}
