namespace LBTool.Core.Balancing;

// How the pool changes: who is a member, who may be picked, with which share. See Pool.cs.
public sealed partial class Pool
{
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
