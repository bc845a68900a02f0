using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Draining;

/// <summary>
/// Takes backends out of a pool in good order, and keeps the drains that go on.
/// <code>
///   Begin ──► draining ── nothing in flight ──────────────► drained ──┐
///                └─────── deadline: cut ──► nothing in flight ──┘     ├─ End ──► ready
///                └────────────────────────────────────────────────────┘
/// </code>
/// </summary>
/// <remarks>
/// For any number of threads. A backend that keeps the sessions it has is drained at the deadline and not before: until
/// then its clients may come again.
/// </remarks>
public sealed class Drains
{
    private readonly Pool _pool;
    private readonly HealthBoard _board;
    private readonly EventBook _events;
    private readonly Action<Backend> _cut;
    private readonly Lock _changing = new();
    private readonly Dictionary<Backend, Drain> _drains = [];

    /// <param name="pool">Whose backends are drained.</param>
    /// <param name="board">Keeps them out.</param>
    /// <param name="events">Where each step is written down.</param>
    /// <param name="cut">
    /// Cuts what a backend has in flight; what is cut is told to <see cref="CountCut"/> before its lease ends.
    /// </param>
    public Drains(Pool pool, HealthBoard board, EventBook events, Action<Backend> cut)
    {
        _pool = pool;
        _board = board;
        _events = events;
        _cut = cut;
        pool.Emptied = Empty;
    }

    /// <summary>Whether the requests of sessions still go to a backend that drains.</summary>
    public bool HonourSticky { get; init; }

    /// <summary>Told when nothing goes on at a backend any more, so that its connections can be closed.</summary>
    public Action<Drain>? Drained { get; init; }

    /// <summary>Told of the deadline of each drain that begins, at which <see cref="Advance"/> is to be called.</summary>
    public Action<TimeSpan>? DeadlineDue { get; init; }

    /// <summary>When <see cref="Advance"/> has something to do; null when nothing is planned.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_changing)
            {
                return Waiting.Select(drain => (TimeSpan?)drain.Deadline).Min();
            }
        }
    }

    private IEnumerable<Drain> Waiting => _drains.Values.Where(drain => drain.Step == DrainStep.Draining);

    /// <summary>The drain of a backend that goes on or has taken it out; null when there is none.</summary>
    public Drain? Find(Backend backend)
    {
        lock (_changing)
        {
            return _drains.GetValueOrDefault(backend);
        }
    }

    /// <summary>Drains a backend. One that is drained already stays as it is, with its first deadline, and that is said.</summary>
    /// <param name="backend">A member of the pool.</param>
    /// <param name="now">Time of the run.</param>
    /// <param name="deadline">How long what is in flight may take, 0 or more.</param>
    /// <returns>The drain, of now or of before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The deadline is negative.</exception>
    public Drain Begin(Backend backend, TimeSpan now, TimeSpan deadline)
    {
        if (deadline < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(
                nameof(deadline), deadline, $"the deadline of {backend.Name}'s drain must not be negative: 0s cuts at once");
        }

        Drain drain;
        lock (_changing)
        {
            if (_drains.TryGetValue(backend, out var earlier))
            {
                Note(now, now, "ignored", backend, earlier.Step == DrainStep.Draining
                    ? $"{backend.Name} is draining already, {earlier.TimeLeftText(now)} left: the first deadline stays"
                    : $"{backend.Name} is drained already");
                return earlier;
            }

            drain = _drains[backend] = new Drain(this, backend, now, now + deadline);
            _board.SetAdmin(backend, AdminState.Draining, now, leavesSessions: HonourSticky);
            var last = _pool.Candidates.Count == 0 ? ". It was the last one: requests are answered 503" : "";
            Note(now, now, "started", backend,
                $"{backend.Name} drains: {backend.InFlight} in flight, {Durations.Format(deadline)} to end{last}");
        }

        FinishIfEmpty(drain, now);
        Advance(now);
        if (drain.Step == DrainStep.Draining)
        {
            DeadlineDue?.Invoke(drain.Deadline);
        }

        return drain;
    }

    /// <summary>Brings a drained or draining backend back. One that is neither stays as it is, and that is said.</summary>
    /// <param name="backend">A member of the pool.</param>
    /// <param name="now">Time of the run.</param>
    /// <returns>False when there was no drain to end.</returns>
    public bool End(Backend backend, TimeSpan now)
    {
        lock (_changing)
        {
            if (_drains.TryGetValue(backend, out var drain))
            {
                return End(drain, now);
            }

            Note(now, now, "ignored", backend, $"{backend.Name} was never drained: nothing to end");
            return false;
        }
    }

    /// <summary>Does what is due: cuts what is left at a deadline.</summary>
    /// <param name="now">Time of the run.</param>
    public void Advance(TimeSpan now)
    {
        while (NextOverdue(now) is { } drain)
        {
            // Not under the lock: leases end here, and who ends the last one comes back.
            _cut(drain.Backend);
            FinishIfEmpty(drain, now);
        }
    }

    /// <summary>Something of a backend was cut. Call it before its lease ends.</summary>
    /// <param name="backend">Whose it was.</param>
    /// <param name="kind">What it was.</param>
    /// <param name="count">How many, 0 or more.</param>
    public void CountCut(Backend backend, CutKind kind, int count = 1) => Find(backend)?.Cut.Count(kind, count);

    internal bool End(Drain drain, TimeSpan now)
    {
        lock (_changing)
        {
            if (drain.Step == DrainStep.Ended)
            {
                return false;
            }

            var text = drain.Step == DrainStep.Draining
                ? $"{drain.Backend.Name} is back before its drain was over, {drain.Backend.InFlight} in flight"
                : $"{drain.Backend.Name} is back";
            drain.Step = DrainStep.Ended;
            _drains.Remove(drain.Backend);
            Note(now, now, "ended", drain.Backend, text);
            _board.SetAdmin(drain.Backend, AdminState.Ready, now);
            return true;
        }
    }

    private Drain? NextOverdue(TimeSpan now)
    {
        lock (_changing)
        {
            if (Waiting.Where(drain => drain.Deadline <= now).MinBy(drain => drain.Deadline) is not { } drain)
            {
                return null;
            }

            drain.Step = DrainStep.Cutting;
            _board.SetAdmin(drain.Backend, AdminState.Draining, now);
            Note(drain.Deadline, now, "deadline", drain.Backend, $"deadline of {drain.Backend.Name}: {drain.Backend.InFlight} in flight are cut");
            return drain;
        }
    }

    private void Empty(Backend backend, TimeSpan now)
    {
        if (Find(backend) is { } drain)
        {
            FinishIfEmpty(drain, now);
        }
    }

    private void FinishIfEmpty(Drain drain, TimeSpan now)
    {
        lock (_changing)
        {
            var isOver = drain.Step == DrainStep.Cutting || (drain.Step == DrainStep.Draining && !HonourSticky);
            if (!isOver || drain.Backend.InFlight > 0)
            {
                return;
            }

            drain.Step = DrainStep.Drained;
            _board.SetAdmin(drain.Backend, AdminState.Drained, now);
            Note(now, now, "drained", drain.Backend, $"the drain of {drain.Backend.Name} is over{drain.Cut}");
        }

        Drained?.Invoke(drain);
    }

    private void Note(TimeSpan intended, TimeSpan now, string step, Backend backend, string text) =>
        _events.Note(new RunEvent(intended, now, RunEventKind.Drain, step, text) { Backend = backend.Index });
}
