using System.Collections.Immutable;
using LBTool.Core.Balancing;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Measurements;

/// <summary>A run written down by hand, in milliseconds: 10 s without warm-up over b1, b2 and b3, unless told otherwise.</summary>
internal sealed class HandMadeRun
{
    private readonly List<RequestRecord> _requests = [];
    private readonly List<LeaseRecord> _leases = [];
    private readonly List<AttemptRecord> _attempts = [];
    private readonly List<FindingRecord> _findings = [];
    private readonly List<RunEvent> _events = [];
    private readonly List<Fault> _faults = [];
    private readonly List<Phase> _phases = [];
    private readonly List<ExpectationText> _expect = [];
    private long? _scheduled;

    public string Name { get; set; } = "hand-made";

    public double Length { get; set; } = 10_000;

    public double? EndedAt { get; set; }

    public double Warmup { get; set; }

    public RunEnd End { get; set; } = RunEnd.Completed;

    public string? EndReason { get; set; }

    public Gate Gate { get; set; } = new();

    public ulong Seed { get; set; } = 42;

    public int Clients { get; set; } = 1;

    /// <summary>Whether b2 and b3 are copies of b1.</summary>
    public bool Copies { get; set; }

    public static TimeSpan Ms(double ms) => TimeSpan.FromTicks((long)Math.Round(ms * TimeSpan.TicksPerMillisecond));

    /// <summary>A request, with its lease and its arrival when it has a backend.</summary>
    public HandMadeRun Request(double at, double took, int backend = 0, RequestOutcome outcome = RequestOutcome.Ok, int status = 200, double late = 0)
    {
        var number = _requests.Count + 1;
        var (sent, done) = (Ms(at + late), Ms(at + took));
        _requests.Add(new RequestRecord(number, Ms(at), sent, done, done, backend, status, outcome));
        if (backend >= 0)
        {
            _leases.Add(new LeaseRecord(number, backend, sent, done, outcome == RequestOutcome.Ok ? LeaseOutcome.Ok : LeaseOutcome.Broken));
            _attempts.Add(new AttemptRecord(number, backend, sent));
        }

        return this;
    }

    /// <summary>So many requests, evenly over [from, until), in turn over the backends.</summary>
    public HandMadeRun Requests(int count, double took, double from = 0, double until = 10_000, params int[] backends)
    {
        for (var i = 0; i < count; i++)
        {
            Request(from + (i * (until - from) / count), took, backends.Length == 0 ? 0 : backends[i % backends.Length]);
        }

        return this;
    }

    public HandMadeRun Lease(long request, int backend, double start, double end, LeaseOutcome outcome = LeaseOutcome.Ok)
    {
        _leases.Add(new LeaseRecord(request, backend, Ms(start), Ms(end), outcome));
        return this;
    }

    public HandMadeRun Attempt(long request, int backend, double at)
    {
        _attempts.Add(new AttemptRecord(request, backend, Ms(at)));
        return this;
    }

    public HandMadeRun Found(Finding what, double at, int backend = 0, ulong session = 0)
    {
        _findings.Add(new FindingRecord(0, backend, Ms(at), what, session));
        return this;
    }

    public HandMadeRun WithoutLeases()
    {
        _leases.Clear();
        return this;
    }

    public HandMadeRun Scheduled(long scheduled)
    {
        _scheduled = scheduled;
        return this;
    }

    public HandMadeRun Fault(string name, string at, double? lasting = null)
    {
        _faults.Add(new Fault(name, Moments.Parse(at)!, lasting is { } ms ? Ms(ms) : null, new NamedBackends(["b1"]), new ActionEffect(BackendAction.Kill)));
        return this;
    }

    public HandMadeRun Phase(string name, string? from, string? until)
    {
        _phases.Add(new Phase(name, from is null ? null : Moments.Parse(from), until is null ? null : Moments.Parse(until)));
        return this;
    }

    public HandMadeRun Event(RunEventKind kind, string name, double intended, double at, string text = "", double? since = null)
    {
        _events.Add(new RunEvent(Ms(intended), Ms(at), kind, name, text) { Since = Ms(since ?? at) });
        return this;
    }

    /// <summary>The balancer changes its mind about a backend.</summary>
    public HandMadeRun State(double at, string state, int backend = 0)
    {
        _events.Add(new RunEvent(Ms(at), Ms(at), RunEventKind.StateChange, state, state) { Backend = backend });
        return this;
    }

    public HandMadeRun Expect(string text, bool abort = false, double after = 0)
    {
        _expect.Add(new ExpectationText(text, abort, Ms(after), $"hand.lb.yaml({_expect.Count + 1},5)"));
        return this;
    }

    public Scenario Scenario => new(
        Name,
        Seed,
        new Target(Protocol.Http, new AlgorithmChoice("round-robin", ImmutableSortedDictionary<string, double>.Empty), new HttpVersions(), Ms(30_000),
            [.. new[] { "b1", "b2", "b3" }.Select(name => new BackendSpec(name, 1, new ServiceTime(new Constant(Ms(10)), TimeSpan.Zero), null, null, 0, 0)
            {
                CopyOf = Copies && name != "b1" ? "b1" : null,
            })]),
        new Load(Executor.ConstantArrivalRate, 100, 0, ArrivalSpacing.Uniform, Ms(Length), Ms(Warmup), Clients, Ms(10_000)),
        [.. _faults],
        [.. _phases],
        [.. _expect],
        Gate);

    public RunResult Result
    {
        get
        {
            var scenario = Scenario;
            var resolver = new MomentResolver(scenario, Ms(Length));
            var faults = _faults.Select(fault => new PlannedFault(
                fault.Name, resolver.WindowOf(fault.Name)!.Value.From, resolver.WindowOf(fault.Name)!.Value.Until, [0], fault.Effect));
            var warm = _requests.Count(request => request.Intended >= scenario.Load.Warmup);
            return new RunResult(
                new RunPlan(scenario, Seed, [.. faults]), "0.1.0", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
                Ms(EndedAt ?? Length), End, EndReason, [.. _events],
                [.. _requests], [.. _leases.OrderBy(lease => lease.Start)], [.. _attempts.OrderBy(attempt => attempt.At)],
                _scheduled ?? warm, (_scheduled ?? warm) - warm)
            {
                Findings = [.. _findings],
            };
        }
    }

    public MeasuredRun Measured => new(Result);

    public Judgement Judgement => Judge.Evaluate(Measured);

    /// <summary>What becomes of one expectation in this run.</summary>
    public ExpectationOutcome Judged(string text)
    {
        _expect.Clear();
        return Assert.Single(Expect(text).Judgement.Outcomes);
    }
}
