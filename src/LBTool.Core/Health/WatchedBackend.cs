using LBTool.Core.Balancing;

namespace LBTool.Core.Health;

/// <summary>What a board knows of one backend. Changed under the board's lock only; the watch takes none.</summary>
/// <param name="backend">Whom it is about.</param>
/// <param name="rules">When it is well.</param>
internal sealed class WatchedBackend(Backend backend, HealthRules rules)
{
    private volatile BackendState _state = rules.Active is null ? BackendState.Up : BackendState.Unknown;

    public Backend Backend => backend;

    /// <summary>What people want with it.</summary>
    public AdminState Admin { get; set; }

    /// <summary>Whether people leave it the sessions that it has.</summary>
    public bool IsLeftSessions { get; set; }

    /// <summary>What its probes say.</summary>
    public FallRise Probes { get; } = new(rules.Active?.Fall ?? 1, rules.Active?.Rise ?? 1);

    /// <summary>How its last probe ended; null before the first.</summary>
    public bool? LastProbePassed { get; set; }

    /// <summary>What its requests say; null when nobody looks.</summary>
    public RequestWatch? Requests { get; } = rules.Passive is null ? null : new RequestWatch(rules.Passive);

    /// <summary>Its ejections; null when there are none.</summary>
    public Ejections? Ejections { get; } = rules.Passive is null ? null : new Ejections(rules.Passive);

    /// <summary>Its way back; <see cref="Trial.None"/> unless it is ejected and its time is over.</summary>
    public Trial Trial { get; set; }

    /// <summary>When the trial's lease started.</summary>
    public TimeSpan TrialStart { get; set; }

    /// <summary>Whether it was noted that it would have been ejected, but for the limit.</summary>
    public bool WasSpared { get; set; }

    /// <summary>The state as it was last made known.</summary>
    public BackendState State
    {
        get => _state;
        set => _state = value;
    }

    public bool IsEjected => Ejections?.Until is not null;

    /// <summary>Whether nothing but panic is needed for it to be used.</summary>
    public bool IsWell => State is BackendState.Up or BackendState.Unknown;

    /// <summary>Whether it gets the requests of its sessions though it gets no others: only while it could answer them.</summary>
    public bool KeepsSessions => IsLeftSessions && Probes.IsUp != false && !IsEjected;

    /// <summary>The state that follows from all that is known.</summary>
    public BackendState Judge() => Admin switch
    {
        AdminState.Draining => BackendState.Draining,
        AdminState.Drained => BackendState.Drained,
        AdminState.Disabled => BackendState.Disabled,
        _ when Probes.IsUp == false => BackendState.Down,
        _ when IsEjected => BackendState.Ejected,
        _ when rules.Active is not null && Probes.IsUp is null => BackendState.Unknown,
        _ => BackendState.Up,
    };
}

/// <summary>The one request by which an ejected backend may come back.</summary>
internal enum Trial
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>The next request is it.</summary>
    Awaited,

    /// <summary>It is under way.</summary>
    Running,
}
