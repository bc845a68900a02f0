using System.Collections.Immutable;

namespace LBTool.Core.Balancing;

/// <summary>
/// The backends behind one balancer, and the only place where a backend is chosen and its in-flight count kept.
/// Membership, weights and availability may change at any time, from any thread: a change prepares new candidates and
/// puts them in the place of the old with one write. Picks never wait for it.
/// </summary>
/// <remarks>The HTTP proxy, the TCP proxy and the simulator all pick through this one class.</remarks>
public sealed class Pool
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

    /// <summary>Makes a backend that can be added; until then it is no member.</summary>
    /// <param name="name">Unique in the pool.</param>
    /// <param name="weight">Share relative to the others, 0 or above.</param>
    /// <param name="maxInFlight">Leases at most, at least 1.</param>
    /// <returns>With an index that no other one had.</returns>
    /// <exception cref="ArgumentException">A member has that name already.</exception>
    public Backend Create(string name, double weight = 1, int maxInFlight = int.MaxValue)
    {
        lock (_changing)
        {
            RefuseTaken(name);
            var backend = new Backend(name, _everyone.Select(other => other.Index + 1).DefaultIfEmpty().Max(), weight) { MaxInFlight = maxInFlight };
            backend.SetAvailable(false);
            _everyone = _everyone.Add(backend);
            return backend;
        }
    }

    /// <summary>Makes a member of one that was created here, or was removed.</summary>
    /// <param name="backend">From <see cref="Create"/>, or a former member.</param>
    /// <param name="now">Time of the run.</param>
    /// <param name="isAvailable">Whether it may be picked at once, and ramps up; else somebody says later that it is available.</param>
    /// <exception cref="ArgumentException">A member has its name already, or it is of another pool.</exception>
    public void Add(Backend backend, TimeSpan now, bool isAvailable = true) => Change(() =>
    {
        RefuseTaken(backend.Name);
        if (!_everyone.Contains(backend))
        {
            throw new ArgumentException($"backend {backend.Name} was made for another pool", nameof(backend));
        }

        // Where it was: rules that fill a table in turn then fill it as before.
        _backends = _backends.Insert(_backends.Count(member => member.Index < backend.Index), backend);
        if (isAvailable)
        {
            Open(backend, now);
        }

        return true;
    }, now);

    /// <summary>Adds a new member, available at once; it ramps up.</summary>
    /// <param name="name">Unique in the pool.</param>
    /// <param name="weight">Share relative to the others, 0 or above.</param>
    /// <param name="now">Time of the run.</param>
    /// <exception cref="ArgumentException">A member has that name already.</exception>
    public Backend Add(string name, double weight, TimeSpan now)
    {
        var backend = Create(name, weight);
        Add(backend, now);
        return backend;
    }

    /// <summary>Removes a member. Its leases go on until they end.</summary>
    /// <param name="backend">The member.</param>
    /// <param name="now">Time of the run.</param>
    /// <returns>False when it is not a member (any more).</returns>
    public bool Remove(Backend backend, TimeSpan now) => Change(() =>
    {
        if (!_backends.Contains(backend))
        {
            return false;
        }

        _backends = _backends.Remove(backend);
        backend.SetAvailable(false);
        _ramps.Cancel(backend);
        return true;
    }, now);

    /// <summary>Says whether a member may be picked. Its leases go on until they end; when it comes up, it ramps up.</summary>
    /// <param name="backend">The member.</param>
    /// <param name="isAvailable">Whether it may be picked.</param>
    /// <param name="now">Time of the run; of a member that comes up, no lease starts earlier.</param>
    /// <returns>False when it is not a member (any more).</returns>
    public bool SetAvailable(Backend backend, bool isAvailable, TimeSpan now)
    {
        var isMember = SetAccess(backend, isAvailable, keepsSessions: false, now);
        if (isMember)
        {
            TellFreed(now);
        }

        return isMember;
    }

    /// <summary>The same for one who holds a lock, and calls <see cref="TellFreed"/> when it holds it no longer.</summary>
    /// <param name="backend">The member.</param>
    /// <param name="isAvailable">Whether it may be picked.</param>
    /// <param name="keepsSessions">Whether it gets the requests of its sessions even so.</param>
    /// <param name="now">Time of the run; of a member that comes up, no lease starts earlier.</param>
    /// <returns>False when it is not a member (any more).</returns>
    internal bool SetAccess(Backend backend, bool isAvailable, bool keepsSessions, TimeSpan now) => ChangeSilently(() =>
    {
        if (!_backends.Contains(backend))
        {
            return false;
        }

        if (!isAvailable)
        {
            _ramps.Cancel(backend);
            backend.SetAvailable(false, keepsSessions);
        }
        else if (!backend.IsAvailable)
        {
            Open(backend, now);
        }

        return true;
    }, now);

    /// <summary>There may be room where there was none: serves who waits for it. Not under a lock that a lease's end may want.</summary>
    /// <param name="now">Time of the run.</param>
    internal void TellFreed(TimeSpan now) => Freed?.Invoke(now);

    /// <summary>Changes the share of a member.</summary>
    /// <param name="backend">The member.</param>
    /// <param name="weight">Share relative to the others; 0 gets nothing as long as another one has more.</param>
    /// <param name="now">Time of the run.</param>
    /// <returns>False when it is not a member (any more): the weight counts once it is one again.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The weight is neither 0 nor a number of at least <see cref="Backend.LeastWeight"/>.</exception>
    public bool SetWeight(Backend backend, double weight, TimeSpan now) => Change(() =>
    {
        backend.SetWeight(weight);
        return _backends.Contains(backend);
    }, now);

    /// <summary>Brings those that ramp up to their weight of now, see <see cref="RampDue"/>.</summary>
    /// <param name="now">Time of the run.</param>
    public void Ramp(TimeSpan now) => Change(() =>
    {
        _ramps.Step(now);
        return true;
    }, now);

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

    private bool Change(Func<bool> change, TimeSpan now)
    {
        var changes = ChangeSilently(change, now);
        if (changes)
        {
            TellFreed(now);
        }

        return changes;
    }

    // True when there is something new to publish. A step is told of outside the lock: it may be taken at once.
    private bool ChangeSilently(Func<bool> change, TimeSpan now)
    {
        TimeSpan? step;
        lock (_changing)
        {
            if (!change())
            {
                return false;
            }

            Publish();
            step = _ramps.PlanStep(now);
        }

        if (step is { } due)
        {
            RampDue?.Invoke(due);
        }

        return true;
    }

    // No lease on it starts earlier.
    private void Open(Backend backend, TimeSpan now)
    {
        backend.UpSince = now;
        _ramps.Begin(backend, now);
        backend.SetAvailable(true);
    }

    private void RefuseTaken(string name)
    {
        if (_backends.Any(member => member.Name == name))
        {
            throw new ArgumentException($"the pool already has a backend called {name}: give it another name", nameof(name));
        }
    }

    private void Publish()
    {
        var candidates = new Candidates(Available, _balancer);
        _candidates = candidates;
        _balancer.Published(candidates);
    }
}
