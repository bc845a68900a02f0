using System.Collections.Immutable;
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
    private readonly Timeline<FindingRecord> _findings;
    private readonly Lazy<Timeline<FindingRecord>> _lostSessions;
    private readonly Lazy<RequestMix> _mix;
    private readonly Dictionary<(Window, int?, bool), Latencies> _latencies = [];
    private readonly Dictionary<int, InflightSteps> _inflight = [];
    private readonly Dictionary<int, StateSteps> _states = [];

    /// <param name="result">The run.</param>
    /// <param name="underWay">The run still goes on: what is open now is not in the records yet.</param>
    public MeasuredRun(RunResult result, bool underWay = false)
    {
        Result = result;
        UnderWay = underWay;
        Windows = new RunWindows(result, underWay);
        Faults = new FaultSpans(result, Windows);
        _leases = new(result.Leases, lease => lease.Start, lease => lease.Backend);
        _requests = new(Attributed(result.Requests, _leases.All()), request => request.Intended, request => request.Backend);
        _attempts = new(result.Attempts, attempt => attempt.At, attempt => attempt.Backend);
        _findings = new(result.Findings, finding => finding.At, finding => finding.Backend);
        _lostSessions = new(() => new(Lost(_findings.All()), finding => finding.At, finding => finding.Backend));
        _mix = new(() => new RequestMix(result.Plan.Scenario.Load, result.Plan.Seed));
        _duplicates = new(() => new(Repeated(_attempts.All()), attempt => attempt.At, attempt => attempt.Backend));
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
                .Select((begins, place) => new Window(begins.At, place < ends.Length ? ends[place] : TimeSpan.MaxValue));
        }
    }

    /// <summary>Whether the balancer wrote its leases down; one that is not ours does not.</summary>
    public bool HasLeases => !Result.Leases.IsDefaultOrEmpty;

    /// <summary>Arrivals after warm-up that were sent. While the run goes on, those still open are not among the records.</summary>
    public long Sent => UnderWay
        ? Result.Scheduled - Result.Dropped
        : Result.Requests.Count(request => request.Intended >= Result.Plan.Scenario.Load.Warmup);

    /// <summary>Requests intended in the window, without those cut off. A request belongs to the backend of its last lease.</summary>
    public ReadOnlySpan<RequestRecord> Requests(Window window, int? backend = null) =>
        _requests.In(Windows.WithLast(window), backend);

    /// <summary>Those of <see cref="Requests"/> that failed.</summary>
    public long Errors(Window window, int? backend = null)
    {
        var errors = 0L;
        foreach (ref readonly var request in Requests(window, backend))
        {
            errors += request.Outcome == RequestOutcome.Ok ? 0 : 1;
        }

        return errors;
    }

    /// <summary>
    /// Those of <see cref="Errors"/> that were lost to a fault: the backend of the last lease was under a fault at some
    /// instant between their sending and their end.
    /// </summary>
    public long Lost(Window window, int? backend = null)
    {
        var lost = 0L;
        foreach (ref readonly var request in Requests(window, backend))
        {
            lost += request.Outcome != RequestOutcome.Ok && Faults.Hit(request.Backend, request.Sent, request.Done) ? 1 : 0;
        }

        return lost;
    }

    /// <summary>Leases started in the window; requests where the balancer wrote no leases down.</summary>
    public long Picks(Window window, int? backend = null) =>
        HasLeases ? _leases.In(Windows.WithLast(window), backend).Length : Requests(window, backend).Length;

    /// <summary>Arrivals at backends in the window.</summary>
    public long Attempts(Window window, int? backend = null) => _attempts.In(Windows.WithLast(window), backend).Length;

    /// <summary>Those of <see cref="Attempts"/> whose request had already arrived at some backend.</summary>
    public long Duplicates(Window window, int? backend = null) =>
        _duplicates.Value.In(Windows.WithLast(window), backend).Length;

    /// <summary>How often backends found this in the window.</summary>
    public long Findings(Window window, int? backend, Finding what)
    {
        var count = 0L;
        foreach (ref readonly var finding in _findings.In(Windows.WithLast(window), backend))
        {
            count += finding.What == what ? 1 : 0;
        }

        return count;
    }

    /// <summary>Requests in the window that brought a session which some backend had had, and theirs had not.</summary>
    public long LostSessions(Window window, int? backend = null) =>
        _lostSessions.Value.In(Windows.WithLast(window), backend).Length;

    /// <summary>Of the keys asked for both before the window (warm-up included) and in it, those that went elsewhere in it.</summary>
    public Proportion MovedKeys(Window window) => Measurements.MovedKeys.Of(
        _requests.In(new Window(TimeSpan.MinValue, window.From)), _requests.In(Windows.WithLast(window)), _mix.Value);

    /// <summary>The latencies of <see cref="Requests"/>; see <see cref="Measurements.Latencies.Of"/>.</summary>
    public Latencies Latencies(Window window, int? backend = null, bool fromSending = false)
    {
        var key = (window, backend, fromSending);
        return _latencies.TryGetValue(key, out var known) ? known
            : _latencies[key] = Measurements.Latencies.Of(Requests(window, backend), fromSending);
    }

    /// <summary>Leases open at every instant, of one backend or (null) of all.</summary>
    public InflightSteps Inflight(int? backend = null)
    {
        var key = backend ?? -1;
        return _inflight.TryGetValue(key, out var known) ? known : _inflight[key] = InflightSteps.Of(_leases.All(backend));
    }

    /// <summary>What the balancer thought of a backend at every instant.</summary>
    public StateSteps States(int backend) => _states.TryGetValue(backend, out var known) ? known
        : _states[backend] = new StateSteps(
            Result.Plan.Scenario.Target.Health.Active is null ? BackendState.Up : BackendState.Unknown,
            Result.Events.Where(happening => happening.Kind == RunEventKind.StateChange && happening.Backend == backend));

    private static ImmutableArray<RequestRecord> Attributed(ImmutableArray<RequestRecord> requests, ReadOnlySpan<LeaseRecord> leases)
    {
        var last = new Dictionary<long, int>(leases.Length);
        foreach (ref readonly var lease in leases)
        {
            last[lease.Request] = lease.Backend;
        }

        last.Remove(0);
        var attributed = ImmutableArray.CreateBuilder<RequestRecord>(requests.Length);
        foreach (ref readonly var request in requests.AsSpan())
        {
            if (request.Outcome != RequestOutcome.Aborted)
            {
                attributed.Add(request with { Backend = last.GetValueOrDefault(request.Number, request.Backend) });
            }
        }

        return attributed.DrainToImmutable();
    }

    private static ImmutableArray<AttemptRecord> Repeated(ReadOnlySpan<AttemptRecord> attempts)
    {
        var seen = new HashSet<long>(attempts.Length);
        var repeated = ImmutableArray.CreateBuilder<AttemptRecord>();
        foreach (ref readonly var attempt in attempts)
        {
            if (attempt.Request != 0 && !seen.Add(attempt.Request))
            {
                repeated.Add(attempt);
            }
        }

        return repeated.ToImmutable();
    }

    // A session whose id nobody has seen before is the client's own, and not lost.
    private static ImmutableArray<FindingRecord> Lost(ReadOnlySpan<FindingRecord> findings)
    {
        var seen = new HashSet<ulong>();
        var lost = ImmutableArray.CreateBuilder<FindingRecord>();
        foreach (ref readonly var finding in findings)
        {
            var isOld = finding.Session != 0 && !seen.Add(finding.Session);
            if (isOld && finding.What == Finding.SessionMissing)
            {
                lost.Add(finding);
            }
        }

        return lost.ToImmutable();
    }
}
