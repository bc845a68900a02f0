using System.Globalization;

namespace LBTool.Core.Balancing;

/// <summary>
/// One member of a pool, as the balancer sees it. Its in-flight count belongs to the pool's leases, its weight and
/// whether it is available to the pool: nothing else can change them.
/// </summary>
public sealed class Backend
{
    /// <summary>The smallest weight but 0: with much smaller ones, load / weight is no number any more.</summary>
    public const double LeastWeight = 0.001;

    private double _weight;
    private double _share = 1;
    private double _inverseWeight;
    private int _inFlight;
    private long _upSince = long.MinValue;
    private volatile Access _access = Access.All;

    /// <param name="name">Unique in the pool, e.g. <c>b1</c>.</param>
    /// <param name="index">Number in the pool, from 0, never given twice; records refer to a backend by it.</param>
    /// <param name="weight">Share relative to the others, at least <see cref="LeastWeight"/>; 0 gets nothing as long as another one has more.</param>
    public Backend(string name, int index, double weight = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        Name = name;
        Index = index;
        SetWeight(weight);
    }

    /// <summary>Unique in the pool.</summary>
    public string Name { get; }

    /// <summary>Number in the pool, from 0.</summary>
    public int Index { get; }

    /// <summary>Share relative to the others, 0 or above.</summary>
    public double Weight => Volatile.Read(ref _weight);

    /// <summary>The part of its weight that counts: below 1 while it ramps up, see <see cref="SlowStart"/>.</summary>
    public double Share => Volatile.Read(ref _share);

    /// <summary>Whether the pool may pick it.</summary>
    public bool IsAvailable => _access == Access.All;

    /// <summary>Whether it gets the requests of its sessions: while it is available, and perhaps while it drains.</summary>
    public bool TakesSessions => _access != Access.None;

    /// <summary>Leases taken and not yet ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>In-flight / weight that counts: what the load-aware rules compare. A weight of 0 counts as 1.</summary>
    public double Load => InFlight * InverseWeight;

    /// <summary>Leases at most; at least 1, by default without limit.</summary>
    public int MaxInFlight { get; init; } = int.MaxValue;

    /// <summary>Whether another lease would fit.</summary>
    internal bool HasRoom => InFlight < MaxInFlight;

    /// <summary>Time of the run at which it last became available.</summary>
    internal TimeSpan UpSince
    {
        get => new(Volatile.Read(ref _upSince));
        set => Volatile.Write(ref _upSince, value.Ticks);
    }

    internal double InverseWeight => Volatile.Read(ref _inverseWeight);

    /// <summary>Counts one in flight. False when it is full or not available; when it has just gone, there was one for a moment.</summary>
    /// <param name="ofSession">Whether it has the request's session, which it may keep while it is not available.</param>
    /// <param name="left">Whether there was one for a moment.</param>
    internal bool TryEnter(bool ofSession, out bool left)
    {
        left = false;
        if (!IsOpen(ofSession) || !TryCount())
        {
            return false;
        }

        // Again, after it was counted: whoever takes the backend out either is seen here or sees the count.
        left = !IsOpen(ofSession);
        return !left;
    }

    /// <summary>Counts one in flight, whatever its limit is and whether it is available.</summary>
    internal void EnterAnyway() => Interlocked.Increment(ref _inFlight);

    internal int Leave() => Interlocked.Decrement(ref _inFlight);

    internal void SetAvailable(bool isAvailable, bool keepsSessions = false)
    {
        _access = isAvailable ? Access.All : keepsSessions ? Access.Sessions : Access.None;
        Interlocked.MemoryBarrier();
    }

    internal void SetWeight(double weight)
    {
        if (!double.IsFinite(weight) || weight is not (0 or >= LeastWeight))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, string.Create(
                CultureInfo.InvariantCulture, $"the weight of backend {Name} must be 0, or a number of at least {LeastWeight}"));
        }

        Volatile.Write(ref _weight, weight);
        Invert();
    }

    private bool IsOpen(bool ofSession) => ofSession ? TakesSessions : IsAvailable;

    private bool TryCount()
    {
        if (MaxInFlight == int.MaxValue)
        {
            Interlocked.Increment(ref _inFlight);
            return true;
        }

        for (var seen = InFlight; seen < MaxInFlight;)
        {
            var found = Interlocked.CompareExchange(ref _inFlight, seen + 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    internal void SetShare(double share)
    {
        Volatile.Write(ref _share, share);
        Invert();
    }

    private void Invert() => Volatile.Write(ref _inverseWeight, 1 / (_share * (_weight > 0 ? _weight : 1)));

    /// <inheritdoc/>
    public override string ToString() => Name;

    // Who gets in. One word, so that nobody sees a session shut out between two others.
    private enum Access
    {
        None,
        Sessions,
        All,
    }
}
