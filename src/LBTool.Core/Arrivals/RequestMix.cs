using LBTool.Core.Balancing;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Arrivals;

/// <summary>
/// Whose a request is and what it asks for: decided by its number and the seed alone, so that clients, simulator and
/// measurements agree on it, whatever the order in which requests end, and nobody has to write it down.
/// </summary>
public sealed class RequestMix
{
    private readonly Load _load;
    private readonly ulong _seed;

    // How likely each key or one before it is; empty when all are alike.
    private readonly double[] _upTo;

    /// <param name="load">The traffic.</param>
    /// <param name="seed">The run's seed.</param>
    public RequestMix(Load load, ulong seed)
    {
        _load = load;
        _seed = RandomStream.Derive(seed, "keys").NextUInt64();
        _upTo = load.Keys is { Skew: > 0 } keys ? Zipf(keys) : [];
    }

    /// <summary>The client of a request, 0 … clients − 1.</summary>
    /// <param name="number">The request's number, from 1.</param>
    public int ClientOf(long number) => (int)((number - 1) % _load.Clients);

    /// <summary>The session of a request among those of its client, 0 … sessions − 1.</summary>
    /// <param name="number">The request's number, from 1.</param>
    public int SessionOf(long number) => (int)((number - 1) / _load.Clients % Math.Max(1, _load.Sessions));

    /// <summary>What a request asks for, 0 … keys − 1, the most popular first; its client where the load has no keys.</summary>
    /// <param name="number">The request's number, from 1.</param>
    public int KeyOf(long number)
    {
        if (_load.Keys is not { } keys)
        {
            return ClientOf(number);
        }

        var draw = KeyHash.Mix(_seed, (ulong)number);
        return _upTo.Length == 0 ? (int)Math.BigMul(draw, (ulong)keys.Count, out _) : Find((draw >> 11) * (1.0 / (1UL << 53)));
    }

    /// <summary>A key as requests say it: <c>k1</c> is the first.</summary>
    public static string NameOf(int key) => $"k{key + 1}";

    private int Find(double draw)
    {
        var found = Array.BinarySearch(_upTo, draw);
        return Math.Min(found < 0 ? ~found : found + 1, _upTo.Length - 1);
    }

    private static double[] Zipf(KeySpec keys)
    {
        var upTo = new double[keys.Count];
        var sum = 0.0;
        for (var key = 0; key < upTo.Length; key++)
        {
            sum += Math.Pow(key + 1, -keys.Skew);
            upTo[key] = sum;
        }

        return [.. upTo.Select(weight => weight / sum)];
    }
}
