using System.Collections.Immutable;

namespace LBTool.Core.Balancing;

/// <summary>
/// The backends behind one balancer, and the only place where a backend is chosen and its in-flight count kept.
/// Membership, weights and availability may change at any time, from any thread: a change prepares new candidates and
/// puts them in the place of the old with one write. Picks never wait for it.
/// </summary>
/// <remarks>The HTTP proxy, the TCP proxy and the simulator all pick through this one class.</remarks>
public sealed partial class Pool
{
    private const int OtherPicks = 8;

    private readonly Balancer _balancer;

    // Held by changes only.
    private readonly Lock _changing = new();
    private readonly Ramps _ramps;
    private volatile Candidates _candidates;
    private ImmutableArray<Backend> _backends;

    // Members, those that have left, and those that are to come.
    private ImmutableArray<Backend> _everyone;

    /// <param name="backends">All members, names and indices unique.</param>
    /// <param name="balancer">The rule that picks; it serves this pool only.</param>
    /// <param name="slowStart">How a backend that comes up later gets its weight; null: at once.</param>
    /// <exception cref="ArgumentException">Two members share a name or an index.</exception>
    public Pool(IEnumerable<Backend> backends, Balancer balancer, SlowStart? slowStart = null)
    {
        _backends = [.. backends];
        if (_backends.DistinctBy(backend => backend.Name).Count() < _backends.Length
            || _backends.DistinctBy(backend => backend.Index).Count() < _backends.Length)
        {
            throw new ArgumentException("two backends of the pool share a name or an index: each needs its own", nameof(backends));
        }

        _everyone = _backends;
        _balancer = balancer;
        _ramps = new Ramps(slowStart);
        _candidates = new Candidates(Available, balancer);
    }

    /// <summary>
    /// Told when <see cref="Ramp"/> is due, by the one who changed the pool. Whoever keeps the time of the run calls it
    /// then; until that, nobody is told of another time. Needed with slow start only.
    /// </summary>
    public Action<TimeSpan>? RampDue { get; init; }

    /// <summary>All members, available or not.</summary>
    public ImmutableArray<Backend> Backends
    {
        get
        {
            lock (_changing)
            {
                return _backends;
            }
        }
    }

    /// <summary>Those that may be picked now.</summary>
    public Candidates Candidates => _candidates;

    /// <summary>Leases taken and not yet ended, over all that are or were members.</summary>
    public int InFlight
    {
        get
        {
            lock (_changing)
            {
                return _everyone.Sum(backend => backend.InFlight);
            }
        }
    }

    /// <summary>Whether there are available backends, and none of them has room.</summary>
    public bool IsFull => _candidates.Count > 0 && _candidates.LeastLoaded([]) is null;

    /// <summary>Told when a member that is not available has nothing in flight any more: the member, and the time of the run.</summary>
    internal Action<Backend, TimeSpan>? Emptied { get; set; }

    /// <summary>Told when there may be room where there was none: a lease has ended, or something has changed. With the time of the run.</summary>
    internal Action<TimeSpan>? Freed { get; set; }

    private IEnumerable<Backend> Available => _backends.Where(backend => backend.IsAvailable);

    /// <summary>Picks an available backend with room and counts one in-flight on it, until the lease ends.</summary>
    /// <param name="context">The time, and whom the request is for.</param>
    /// <param name="lease">The lease; end it exactly once.</param>
    /// <returns>False when no backend is available, or all are full (see <see cref="IsFull"/>); there is no lease then.</returns>
    public bool TryTake(in PickContext context, out Lease lease)
    {
        var candidates = _candidates;
        if (candidates.Count == 0)
        {
            lease = default;
            return false;
        }

        // A pick says whom the rule wants; when that one is full the others are asked.
        var picked = candidates.Count == 1 ? candidates[0] : _balancer.Pick(candidates, context);
        return TryBegin(picked, context.Now, ofSession: false, out lease) || TryTakeOther(context, [picked.Index], out lease);
    }

    /// <summary>Picks an available backend with room that was not tried for this request yet, and counts one in-flight on it.</summary>
    /// <param name="context">The time, and whom the request is for.</param>
    /// <param name="tried">Indices of those tried.</param>
    /// <param name="lease">The lease; end it exactly once.</param>
    /// <returns>False when all that are available were tried or are full; there is no lease then.</returns>
    /// <remarks>
    /// The rule is asked a few times, with another key each time, so that what was tried is replaced as the rule would
    /// spread it. When it insists, it is the least loaded of the others.
    /// </remarks>
    public bool TryTakeOther(in PickContext context, ReadOnlySpan<int> tried, out Lease lease)
    {
        var candidates = _candidates;
        for (var attempt = 1; attempt <= OtherPicks && candidates.Count > 1; attempt++)
        {
            var picked = _balancer.Pick(candidates, context.Again(attempt));
            if (!tried.Contains(picked.Index) && TryBegin(picked, context.Now, ofSession: false, out lease))
            {
                return true;
            }
        }

        // Somebody else may be faster to take the last room of one.
        while (_candidates.LeastLoaded(tried) is { } other)
        {
            if (TryBegin(other, context.Now, ofSession: false, out lease))
            {
                return true;
            }
        }

        lease = default;
        return false;
    }

    /// <summary>Counts one in-flight on a certain backend, whatever the algorithm would say: for sessions.</summary>
    /// <param name="backend">A member, of any weight.</param>
    /// <param name="now">Time of the run.</param>
    /// <param name="lease">The lease; end it exactly once.</param>
    /// <returns>False when that backend is full, or not available and keeps no sessions; there is no lease then.</returns>
    public bool TryTakeFrom(Backend backend, TimeSpan now, out Lease lease) => TryBegin(backend, now, ofSession: true, out lease);

    /// <summary>Counts one in-flight on a certain backend, available or not: for the trial of an ejected one.</summary>
    internal Lease TakeAnyway(Backend backend, TimeSpan now)
    {
        backend.EnterAnyway();
        return Begin(backend, now);
    }

    internal void End(in Ending ending)
    {
        var left = ending.Backend.Leave();
        _balancer.Ended(_candidates, ending);
        TellLeft(ending.Backend, left, ending.Now);
        TellFreed(ending.Now);
    }

    private bool TryBegin(Backend backend, TimeSpan now, bool ofSession, out Lease lease)
    {
        if (backend.TryEnter(ofSession, out var left))
        {
            lease = Begin(backend, now);
            return true;
        }

        if (left)
        {
            TellLeft(backend, backend.Leave(), now);
        }

        lease = default;
        return false;
    }

    private void TellLeft(Backend backend, int left, TimeSpan now)
    {
        if (left == 0 && !backend.IsAvailable)
        {
            Emptied?.Invoke(backend, now);
        }
    }

    private Lease Begin(Backend backend, TimeSpan now)
    {
        // The time was read before the pick: the backend may have come up in between.
        var start = backend.UpSince > now ? backend.UpSince : now;

        // Those of now: the pick's own may have been replaced, and then nobody looks at them any more.
        _balancer.Started(_candidates, backend, start);
        return new Lease(this, backend, start);
    }
}
