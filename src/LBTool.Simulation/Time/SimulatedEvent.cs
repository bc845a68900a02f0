namespace LBTool.Simulation.Time;

/// <summary>Something that is to happen at a virtual instant. Small and without references: millions of them are moved about.</summary>
/// <param name="Due">When, in ticks of the run.</param>
/// <param name="Place">Order of scheduling and kind in one number: events due at once happen in the order in which they were scheduled.</param>
/// <param name="Target">What it happens to; its meaning depends on the kind.</param>
/// <param name="Stamp">What the target's stamp must still be; an event whose request has moved on means nothing.</param>
internal readonly record struct SimulatedEvent(long Due, long Place, int Target, int Stamp)
{
    private const int KindBits = 5;
    private const long AfterWaits = 1L << 57;

    /// <summary>What happens.</summary>
    public EventKind Kind => (EventKind)(Place & ((1 << KindBits) - 1));

    /// <summary>The n-th event that was scheduled. Waits come first: a fault that begins at an instant hits the requests of that instant.</summary>
    public static SimulatedEvent Of(long due, long order, EventKind kind, int target, int stamp) =>
        new(due, ((kind == EventKind.Wait ? order : order | AfterWaits) << KindBits) | (long)kind, target, stamp);

    /// <summary>Whether it happens before another.</summary>
    public bool IsBefore(in SimulatedEvent other) => Due < other.Due || (Due == other.Due && Place < other.Place);
}

/// <summary>Kinds of event.</summary>
internal enum EventKind : byte
{
    /// <summary>The open model's next request is sent.</summary>
    Arrival,

    /// <summary>A virtual user sends the next request.</summary>
    UserTurn,

    /// <summary>A request reaches the balancer, or its turn there has come.</summary>
    Forward,

    /// <summary>A request reaches its backend.</summary>
    Reach,

    /// <summary>A backend goes on with its work for a request.</summary>
    Work,

    /// <summary>An answer reaches the balancer.</summary>
    Answered,

    /// <summary>What the balancer answers reaches the client.</summary>
    Delivered,

    /// <summary>The next client may lose its patience.</summary>
    ClientDeadlines,

    /// <summary>The balancer may give up on a backend.</summary>
    BalancerDeadlines,

    /// <summary>The balancer may close kept connections that have been silent for too long.</summary>
    IdleDeadlines,

    /// <summary>The balancer may give up on one backend that has said something before.</summary>
    QuietBackend,

    /// <summary>A link with toxics has something to let out.</summary>
    Link,

    /// <summary>Backends of a balancer's pool are due for another part of their weight.</summary>
    Ramp,

    /// <summary>A try of a request may have taken too long.</summary>
    TryDeadline,

    /// <summary>A request that waits for a backend may lose its place in the line.</summary>
    QueueTimeout,

    /// <summary>The deadline of a drain, at one balancer.</summary>
    DrainDeadline,

    /// <summary>A backend is to be probed.</summary>
    Probe,

    /// <summary>A probe has taken too long, unless it has ended.</summary>
    ProbeDeadline,

    /// <summary>A health board has something to do.</summary>
    Health,

    /// <summary>Somebody outside waits for this instant.</summary>
    Wait,
}
