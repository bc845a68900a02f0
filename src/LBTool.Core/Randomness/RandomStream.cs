using System.Runtime.CompilerServices;

namespace LBTool.Core.Randomness;

/// <summary>
/// A seeded stream of random numbers: the only randomness that Core knows.
/// It is SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014), whose whole state
/// is one counter. One atomic add a draw therefore makes it safe for any number of threads without a lock, and the
/// n-th draw is the same whoever makes it. The draws for picks are relaxed: see <see cref="PickOne"/>.
/// </summary>
public sealed class RandomStream
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <summary>A stream that starts from <paramref name="seed"/>; equal seeds give equal streams.</summary>
    public RandomStream(ulong seed) => _state = seed;

    /// <summary>
    /// The stream of one consumer in a run. Streams are derived by name and not by order of creation, so that
    /// another backend or fault shifts nobody else's draws.
    /// </summary>
    public static RandomStream Derive(ulong rootSeed, string name)
    {
        // FNV-1a over UTF-16 code units, then mixed with the root so that close seeds give unrelated streams.
        var hash = 14695981039346656037UL;
        foreach (var c in name)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return new RandomStream(Mix(hash + Mix(rootSeed + Gamma)));
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64() => Mix(Interlocked.Add(ref _state, Gamma));

    /// <summary>Uniform in 0 … <paramref name="exclusiveMax"/> − 1; the bias is below exclusiveMax / 2^64.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMax"/> is not positive.</exception>
    public int Next(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        return (int)Math.BigMul(NextUInt64(), (ulong)exclusiveMax, out _);
    }

    /// <summary>
    /// An index below <paramref name="count"/> (≥ 1), uniformly, for a pick. Relaxed: the counter moves by a plain add,
    /// which costs a third of an atomic one. One draw after another is as exact as ever. Draws of several threads at once
    /// may coincide, and a thread that is put to sleep in the middle of one sets the stream back to where it was: the
    /// draws since then come again. Each of them stays uniform.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int PickOne(int count) => (int)Math.BigMul(NextRelaxed(), (ulong)count, out _);

    /// <summary>64 random bits for a pick; relaxed as <see cref="PickOne"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong PickBits() => NextRelaxed();

    /// <summary>Two distinct indices below <paramref name="count"/> (≥ 2), each ordered pair equally likely; relaxed as <see cref="PickOne"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int First, int Second) PickTwo(int count)
    {
        var bits = NextRelaxed();
        var first = (int)(((bits >> 32) * (ulong)count) >> 32);
        var second = (int)(((bits & uint.MaxValue) * (ulong)(count - 1)) >> 32);
        return (first, second >= first ? second + 1 : second);
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + (NextDouble() * (high - low));

    /// <summary>Exponential with the given mean (same unit as the mean), by inversion.</summary>
    public double NextExponential(double mean) => -mean * Math.Log(1 - NextDouble());

    /// <summary>Standard normal (mean 0, deviation 1), by Box and Muller.</summary>
    public double NextGaussian()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong NextRelaxed() => Mix(_state += Gamma);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
