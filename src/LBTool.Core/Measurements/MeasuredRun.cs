using System.Collections;
using LBTool.Core.Arrivals;
using LBTool.Core.Health;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Measurements;

/// <summary>
/// A run's records made ready to be asked: ordered, each request with its backend, costly answers kept.
/// Judging and reporting ask it and nothing else, so that they can never disagree.
/// </summary>
public sealed class MeasuredRun
{
    private readonly Timeline<RequestRecord> _requests;
    private readonly Timeline<LeaseRecord> _leases;
    private readonly Timeline<AttemptRecord> _attempts;
    private readonly Lazy<Timeline<AttemptRecord>> _duplicates;
    private readonly Lazy<Timeline<LeaseRecord>> _retries;
    private readonly Lazy<Timeline<LeaseRecord>> _ends;
    private readonly Timeline<FindingRecord> _findings;
    private readonly Lazy<Timeline<FindingRecord>> _lostSessions;
    private readonly Lazy<RequestMix> _mix;
    private readonly Lazy<long> _sent;
    private readonly Dictionary<(Window, bool), Latencies> _latencies = [];
    private readonly Dictionary<Window, long[]> _outcomes = [];
    private InflightSteps? _inflight;
    private readonly Dictionary<int, StateSteps> _states = [];

    /// <param name="result">The run.</param>
    /// <param name="underWay">The run still goes on: what is open now is not in the records yet.</param>
    public MeasuredRun(RunResult result, bool underWay = false)
    {
        Result = result;
        UnderWay = underWay;
        Windows = new RunWindows(result, underWay);
        Faults = new FaultSpans(result, Windows);
        _leases = new(result.Leases, RecordOrder.Start, (leases, place) => leases[place].Backend);
        var requests = Counted(result.Requests).OrderedBy(RecordOrder.Intended);
        requests = Attributed(requests, _leases.All());
        _requests = new(requests, RecordOrder.Intended, (all, place) => all[place].Backend, () => _leases.Index);
        _attempts = new(result.Attempts, RecordOrder.Arrival, (attempts, place) => attempts[place].Backend, () => _leases.Index);
        _duplicates = new(() => new(Repeated(requests, _attempts.All()), RecordOrder.Arrival, (attempts, place) => attempts[place].Backend));
        _findings = new(result.Findings, RecordOrder.Found, (findings, place) => findings[place].Backend);
        _lostSessions = new(() => new(Lost(_findings.All()), RecordOrder.Found, (findings, place) => findings[place].Backend));
        _retries = new(() => new(Again(requests, _leases.All()), RecordOrder.Start, (leases, place) => leases[place].Backend));
        _ends = new(() => new(result.Leases, lease => lease.End, (leases, place) => leases[place].Backend));
        _sent = new(() => SentAfter(result.Plan.Scenario.Load.Warmup));
        _mix = new(() => new RequestMix(result.Plan.Scenario.Load, result.Plan.Seed));
    }

    /// <summary>The run.</summary>
    public RunResult Result { get; }

    /// <summary>Whether the run still goes on.</summary>
    public bool UnderWay { get; }

    /// <summary>Its windows.</summary>
    public RunWindows Windows { get; }

    /// <summary>When each backend was under a fault.</summary>
    internal FaultSpans Faults { get; }

    /// <summary>The stretches in which so few backends were well that all were used.</summary>
    public IEnumerable<Window> Panics
    {
        get
        {
            var ends = Result.Events.Where(happening => happening.Kind == RunEventKind.PanicEnd).Select(happening => happening.At).ToArray();
            return Result.Events
                .Where(happening => happening.Kind == RunEventKind.PanicStart)
                .Select(begins => new Window(begins.At, ends.Where(end => end >= begins.At).DefaultIfEmpty(TimeSpan.MaxValue).First()));
        }
    }

    /// <summary>Whether the balancer wrote its leases down; one that is not ours does not.</summary>
    public bool HasLeases => Result.Leases.Length > 0;

    /// <summary>Arrivals after warm-up that were sent. While the run goes on, those still open are not among the records.</summary>
    public long Sent => UnderWay ? Result.Scheduled - Result.Dropped : _sent.Value;

    /// <summary>Requests intended in the window, without those cut off. A request belongs to the backend of its last lease.</summary>
    public RecordSlice<RequestRecord> Requests(Window window, BackendGroup? backends = null) =>
        _requests.In(Windows.WithLast(window), backends);

    /// <summary>Those of <see cref="Requests"/> that failed.</summary>
    public long Errors(Window window, BackendGroup? backends = null)
    {
        var all = Outcomes(window);
        var errors = all.Sum() - all[(int)RequestOutcome.Ok];
        if (backends is null || errors == 0)
        {
            return errors;
        }

        errors = 0;
        foreach (var request in Requests(window, backends))
        {
            errors += request.Outcome == RequestOutcome.Ok ? 0 : 1;
        }

        return errors;
    }

    /// <summary>How many of <see cref="Requests"/> ended in each way, by <see cref="RequestOutcome"/>.</summary>
    public IReadOnlyList<long> Outcomes(Window window)
    {
        if (_outcomes.TryGetValue(window, out var known))
        {
            return known;
        }

        var counts = new long[Enum.GetValues<RequestOutcome>().Length];
        foreach (var request in Requests(window))
        {
            counts[(int)request.Outcome]++;
        }

        return _outcomes[window] = counts;
    }

    /// <summary>
    /// Those of <see cref="Errors"/> that were lost to a fault: the backend of the last lease was under a fault at some
    /// instant between their sending and their end.
    /// </summary>
    public long Lost(Window window, BackendGroup? backends = null)
    {
        var lost = 0L;
        foreach (var request in Requests(window, backends))
        {
            lost += request.Outcome != RequestOutcome.Ok && Faults.Hit(request.Backend, request.Sent, request.Done) ? 1 : 0;
        }

        return lost;
    }

    /// <summary>Leases started in the window; requests where the balancer wrote no leases down.</summary>
    public long Picks(Window window, BackendGroup? backends = null) =>
        HasLeases ? _leases.In(Windows.WithLast(window), backends).Length : Requests(window, backends).Length;

    /// <summary>Arrivals at backends in the window.</summary>
    public long Attempts(Window window, BackendGroup? backends = null) => _attempts.In(Windows.WithLast(window), backends).Length;

    /// <summary>Those of <see cref="Attempts"/> whose request had already arrived at some backend.</summary>
    public long Duplicates(Window window, BackendGroup? backends = null) =>
        _duplicates.Value.In(Windows.WithLast(window), backends).Length;

    /// <summary>Leases started in the window whose request had had one before: the balancer's retries.</summary>
    public long Retries(Window window, BackendGroup? backends = null) => _retries.Value.In(Windows.WithLast(window), backends).Length;

    /// <summary>Leases that ended in the window, in order of their end.</summary>
    public RecordSlice<LeaseRecord> Ends(Window window, BackendGroup? backends = null) => _ends.Value.In(Windows.WithLast(window), backends);

    /// <summary>How often backends found this in the window.</summary>
    public long Findings(Window window, BackendGroup? backends, Finding what)
    {
        var count = 0L;
        foreach (var finding in _findings.In(Windows.WithLast(window), backends))
        {
            count += finding.What == what ? 1 : 0;
        }

        return count;
    }

    /// <summary>Requests in the window that brought a session which some backend had had, and theirs had not.</summary>
    public long LostSessions(Window window, BackendGroup? backends = null) =>
        _lostSessions.Value.In(Windows.WithLast(window), backends).Length;

    /// <summary>Of the keys asked for both before the window (warm-up included) and in it, those that went elsewhere in it.</summary>
    public Proportion MovedKeys(Window window) => Measurements.MovedKeys.Of(
        _requests.In(new Window(TimeSpan.MinValue, window.Before)), _requests.In(Windows.WithLast(window)), _mix.Value);

    /// <summary>The latencies of <see cref="Requests"/>; see <see cref="Measurements.Latencies.Of"/>.</summary>
    public Latencies Latencies(Window window, BackendGroup? backends = null, bool fromSending = false)
    {
        if (backends is not null)
        {
            return Measurements.Latencies.Of(Requests(window, backends), fromSending);
        }

        var key = (window, fromSending);
        return _latencies.TryGetValue(key, out var known) ? known
            : _latencies[key] = Measurements.Latencies.Of(Requests(window), fromSending);
    }

    /// <summary>Leases open at every instant: of one backend, of the fullest of its copies, or (null) of all together.</summary>
    public InflightSteps Inflight(BackendGroup? backends = null) => backends switch
    {
        null => _inflight ??= InflightSteps.Of(_leases.All()),
        { Members: [var only] } => InflightSteps.Of(_leases.All(only)),
        _ => InflightSteps.OfFullest(backends.Members.Select(member => _leases.All(member))),
    };

    /// <summary>What the balancer thought of a backend at every instant.</summary>
    public StateSteps States(int backend) => _states.TryGetValue(backend, out var known) ? known
        : _states[backend] = new StateSteps(
            Result.Plan.Scenario.Target.Health.Active is null ? BackendState.Up : BackendState.Unknown,
            Result.Events.Where(happening => happening.Kind == RunEventKind.StateChange && happening.Backend == backend));

    /// <summary>The most leases open at one instant of the window on one backend.</summary>
    public int MostInflight(Window window, int backend) => InflightSteps.MostOpen(_leases.All(backend), window);

    /// <summary>Leases that were open in the window, or were taken in it.</summary>
    public long OpenIn(Window window)
    {
        var open = 0L;
        foreach (var lease in _leases.In(Windows.WithLast(window) with { From = TimeSpan.MinValue }))
        {
            open += lease.End > window.From ? 1 : 0;
        }

        return open;
    }

    private long SentAfter(TimeSpan warmup)
    {
        var sent = 0L;
        foreach (var request in (RecordSlice<RequestRecord>)Result.Requests)
        {
            sent += request.Intended >= warmup ? 1 : 0;
        }

        return sent;
    }

    // Those that were cut off are measured nowhere.
    private static RecordList<RequestRecord> Counted(RecordList<RequestRecord> requests)
    {
        foreach (var request in (RecordSlice<RequestRecord>)requests)
        {
            if (request.Outcome == RequestOutcome.Aborted)
            {
                return RecordList.Of([.. requests.Where(kept => kept.Outcome != RequestOutcome.Aborted)]);
            }
        }

        return requests;
    }

    // Each request with the backend of its last lease; the same records where each has only the one that answered.
    private static RecordList<RequestRecord> Attributed(RecordList<RequestRecord> requests, RecordSlice<LeaseRecord> leases)
    {
        int[]? last = null;
        var places = new RequestPlaces(requests);
        foreach (var lease in leases)
        {
            var place = lease.Request == 0 ? -1 : places.Find(lease.Request);
            if (place >= 0 && (last is not null || requests[place].Backend != lease.Backend))
            {
                last ??= [.. requests.Select(request => request.Backend)];
                last[place] = lease.Backend;
            }
        }

        return last is null ? requests : requests.Changed((request, place) => request with { Backend = last[place] });
    }

    private static RecordList<AttemptRecord> Repeated(RecordList<RequestRecord> requests, RecordSlice<AttemptRecord> attempts) =>
        Repeated(requests, attempts, attempt => attempt.Request);

    private static RecordList<LeaseRecord> Again(RecordList<RequestRecord> requests, RecordSlice<LeaseRecord> leases) =>
        Repeated(requests, leases, lease => lease.Request);

    // Those of a request of which there was one before.
    private static RecordList<T> Repeated<T>(RecordList<RequestRecord> requests, RecordSlice<T> records, Func<T, long> request)
        where T : struct, IRecord<T>
    {
        // Few are of requests that have not ended, or are nobody's we know.
        var (seen, others) = (new BitArray(requests.Length), new HashSet<long>());
        var places = new RequestPlaces(requests);
        var repeated = new List<T>();
        foreach (var record in records)
        {
            var number = request(record);
            if (number == 0)
            {
                continue;
            }

            var place = places.Find(number);
            var isNew = place < 0 ? others.Add(number) : !seen[place];
            if (place >= 0)
            {
                seen[place] = true;
            }

            if (!isNew)
            {
                repeated.Add(record);
            }
        }

        return [.. repeated];
    }

    // A session whose id nobody has seen before is the client's own, and not lost.
    private static RecordList<FindingRecord> Lost(RecordSlice<FindingRecord> findings)
    {
        var seen = new HashSet<ulong>();
        var lost = new List<FindingRecord>();
        foreach (var finding in findings)
        {
            var isOld = finding.Session != 0 && !seen.Add(finding.Session);
            if (isOld && finding.What == Finding.SessionMissing)
            {
                lost.Add(finding);
            }
        }

        return [.. lost];
    }
}
