namespace LBTool.Core.Balancing;

/// <summary>
/// One member of a pool, as the balancer sees it. Its in-flight count belongs to the pool's leases:
/// nothing else can change it.
/// </summary>
public sealed class Backend
{
    private readonly double _inverseWeight;
    private int _inFlight;

    /// <param name="name">Unique in the pool, e.g. <c>b1</c>.</param>
    /// <param name="index">Place in the pool, from 0; records refer to a backend by it.</param>
    /// <param name="weight">Share relative to the others, above 0.</param>
    public Backend(string name, int index, double weight = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        Name = name;
        Index = index;
        Weight = weight;
        _inverseWeight = 1 / weight;
    }

    /// <summary>Unique in the pool.</summary>
    public string Name { get; }

    /// <summary>Place in the pool, from 0.</summary>
    public int Index { get; }

    /// <summary>Share relative to the others, above 0.</summary>
    public double Weight { get; }

    /// <summary>Leases taken and not yet ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>In-flight / weight: what the load-aware rules compare.</summary>
    public double Load => InFlight * _inverseWeight;

    internal int Enter() => Interlocked.Increment(ref _inFlight);

    internal int Leave() => Interlocked.Decrement(ref _inFlight);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
