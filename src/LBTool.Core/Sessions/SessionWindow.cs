using System.Collections.Immutable;
using LBTool.Core.Balancing;
using LBTool.Core.Expectations;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Sessions;

/// <summary>A stretch of a session that is over, made into a run of that length so that it is judged as any run is.</summary>
/// <param name="Scenario">What the session started from.</param>
/// <param name="Load">The load of the session; null when it drives none.</param>
/// <param name="Backends">Those there are now, by index, which need not begin at 0 nor be without gaps.</param>
/// <param name="States">What the balancer thought of them when the stretch began, by index.</param>
/// <param name="Window">The stretch, in time of the session.</param>
/// <param name="Records">What was recorded since it began.</param>
public sealed record SessionWindow(
    Scenario Scenario,
    Load? Load,
    ImmutableSortedDictionary<int, BackendSpec> Backends,
    ImmutableDictionary<int, BackendState> States,
    Window Window,
    SessionRecords Records)
{
    // Stands for the load of others, who have no schedule.
    private static readonly Load Unknown =
        new(Executor.ConstantVus, 0, 1, ArrivalSpacing.Uniform, Load.Unending, TimeSpan.Zero, 1, TimeSpan.FromSeconds(10));

    /// <summary>What is wrong with an expectation about a stretch of this length, with the place of each problem; empty when nothing is.</summary>
    /// <param name="text">The expectation.</param>
    public ImmutableArray<string> Check(string text)
    {
        var parsing = ExpectationParser.Parse(text);
        return parsing.Expectation is null
            ? [$"expr: {parsing.Error}"]
            : [.. ExpectationChecker.Check(parsing.Expectation, Shifted(text), byHand: true).Select(problem => $"expr: {problem.Message}")];
    }

    /// <summary>Judges an expectation that was checked.</summary>
    public ExpectationOutcome Judge(string text)
    {
        var requests = AsRun();
        var result = new RunResult(
            new RunPlan(Shifted(text), 0, []), "", DateTimeOffset.UnixEpoch, Window.Length, RunEnd.Completed, null,
            [.. Remembered(), .. Records.Events.Where(happening => happening.At < Window.Until).Select(Moved)],
            requests,
            [.. Records.Leases.Where(lease => lease.Start < Window.Until).Select(Moved).OrderBy(lease => lease.Start)],
            [.. Records.Attempts.Where(attempt => Window.Contains(attempt.At)).Select(Moved).OrderBy(attempt => attempt.At)],
            Scheduled: Load?.Executor == Executor.ConstantArrivalRate ? requests.Length + Records.Dropped : 0,
            Records.Dropped)
        {
            Findings = [.. Records.Findings.Where(finding => Window.Contains(finding.At)).Select(Moved).OrderBy(finding => finding.At)],
        };
        var judgement = Expectations.Judge.Evaluate(new MeasuredRun(result));
        var outcome = judgement.Outcomes[0];
        return outcome with { Verdict = judgement.Verdict, Reason = outcome.Reason ?? judgement.Reason };
    }

    private Scenario Shifted(string text) => Scenario with
    {
        Target = Scenario.Target with { Backends = [.. Backends.Values] },
        Load = (Load ?? Unknown) with { Duration = Window.Length, Warmup = TimeSpan.Zero },
        Faults = [],
        Phases = [],
        Expect = [new ExpectationText(text, Abort: false, TimeSpan.Zero, "session")],
        Gate = new Gate(),
    };

    // A session keeps only its last events. What happened before the stretch says how things were when it began, unless
    // that was longer ago.
    private IEnumerable<RunEvent> Remembered() => States.Where(known => Backends.ContainsKey(known.Key)).Select(known =>
    {
        var name = BackendStates.NameOf(known.Value);
        return Moved(new RunEvent(TimeSpan.Zero, TimeSpan.Zero, RunEventKind.StateChange, name, name) { Backend = known.Key });
    });

    // Requests of other programs are known from their leases only: there the balancer stands for the client.
    private RecordList<RequestRecord> AsRun()
    {
        var own = Records.Requests.Where(request => Window.Contains(request.Intended));
        var others = Records.Leases.Where(lease => lease.Request == 0 && Window.Contains(lease.Start)).Select(lease => new RequestRecord(
            0, lease.Start, lease.Start, lease.End, lease.End, lease.Backend, 0, OutcomeOf(lease.Outcome)));
        return [.. own.Concat(others).Select(Moved)];
    }

    private RunEvent Moved(RunEvent happening) => happening with
    {
        Backend = PlaceOf(happening.Backend),
        At = happening.At - Window.From,
        Intended = happening.Intended - Window.From,
    };

    private FindingRecord Moved(FindingRecord finding) => finding with { Backend = PlaceOf(finding.Backend), At = finding.At - Window.From };

    private RequestRecord Moved(RequestRecord request) => new(
        request.Number,
        request.Intended - Window.From,
        request.Sent - Window.From,
        request.FirstByte - Window.From,
        request.Done - Window.From,
        PlaceOf(request.Backend),
        request.Status,
        request.Outcome);

    private LeaseRecord Moved(LeaseRecord lease) =>
        new(lease.Request, PlaceOf(lease.Backend), lease.Start - Window.From, lease.End - Window.From, lease.Outcome);

    private AttemptRecord Moved(AttemptRecord attempt) =>
        new(attempt.Request, PlaceOf(attempt.Backend), attempt.At - Window.From);

    // A run's backends are numbered without gaps; who has left has no place.
    private int PlaceOf(int index)
    {
        var place = 0;
        foreach (var known in Backends.Keys)
        {
            if (known == index)
            {
                return place;
            }

            place++;
        }

        return -1;
    }

    private static RequestOutcome OutcomeOf(LeaseOutcome outcome) => outcome switch
    {
        LeaseOutcome.Ok => RequestOutcome.Ok,
        LeaseOutcome.ServerError => RequestOutcome.ServerError,
        LeaseOutcome.ConnectFailed => RequestOutcome.ConnectFailed,
        LeaseOutcome.Timeout => RequestOutcome.Timeout,
        LeaseOutcome.Abandoned => RequestOutcome.Aborted,
        _ => RequestOutcome.Reset,
    };
}

/// <summary>What was recorded since some moment of a session.</summary>
/// <param name="Requests">Requests that ended.</param>
/// <param name="Leases">Leases that ended.</param>
/// <param name="Attempts">Arrivals at the backends.</param>
/// <param name="Findings">What backends found in their memory.</param>
/// <param name="Events">Of the whole session.</param>
/// <param name="Dropped">Arrivals that were given up unsent.</param>
public sealed record SessionRecords(
    ImmutableArray<RequestRecord> Requests,
    ImmutableArray<LeaseRecord> Leases,
    ImmutableArray<AttemptRecord> Attempts,
    ImmutableArray<FindingRecord> Findings,
    ImmutableArray<RunEvent> Events,
    long Dropped);
