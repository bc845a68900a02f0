using System.Collections.Immutable;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Tests;

/// <summary>Runs that never happened, for what is shown of a run.</summary>
internal static class Samples
{
    public static Scenario Scenario { get; } = new(
        "p2c routes around one slow backend",
        Seed: 42,
        new Target(
            Protocol.Http,
            new AlgorithmChoice("power-of-two-choices", ImmutableSortedDictionary<string, double>.Empty.Add("choices", 2)),
            new HttpVersions(),
            TimeSpan.FromSeconds(1),
            [Backend("b1"), Backend("b2")]),
        new Load(Executor.ConstantArrivalRate, 100, 0, ArrivalSpacing.Uniform, TimeSpan.FromSeconds(30), TimeSpan.Zero, 1, TimeSpan.FromSeconds(1)),
        Faults: [],
        Phases: [],
        Expect: [],
        new Gate());

    public static RunPlan Plan { get; } = new(Scenario, 42, []);

    public static ImmutableArray<RunEvent> Events { get; } =
    [
        Event(0, RunEventKind.LoadStart, "load", "load starts"),
        Event(10, RunEventKind.FaultStart, "slow-b1", "slow-b1 begins: latency toxic (latency=200) on b1"),
        Event(20, RunEventKind.FaultEnd, "slow-b1", "slow-b1 ends"),
        Event(30, RunEventKind.LoadEnd, "load", "load ends"),
    ];

    public static RunEvent Event(double at, RunEventKind kind, string name, string text) =>
        new(TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(at), kind, name, text);

    public static RequestRecord Request(long number, int backend, RequestOutcome outcome = RequestOutcome.Ok, double latency = 10)
    {
        var (sent, took) = (TimeSpan.FromMilliseconds(number * 10), TimeSpan.FromMilliseconds(latency));
        return new RequestRecord(number, sent, sent, sent + took, sent + took, backend, 200, outcome);
    }

    public static RunProgress Progress(double now, Recording recording, params ImmutableArray<RunEvent> events) =>
        new(TimeSpan.FromSeconds(now), Plan.Length, recording, events);

    public static RunResult Result(params RecordList<RequestRecord> requests) => Result(Plan, requests);

    public static RunResult Result(RunPlan plan, params RecordList<RequestRecord> requests) => new(
        plan,
        "0.1.0",
        DateTimeOffset.UnixEpoch,
        plan.Length,
        RunEnd.Completed,
        EndReason: null,
        Events,
        requests,
        [.. requests.Select(request => new LeaseRecord(request.Number, request.Backend, request.Sent, request.Done, request.Outcome == RequestOutcome.Ok ? LeaseOutcome.Ok : LeaseOutcome.Broken))],
        [.. requests.Select(request => new AttemptRecord(request.Number, request.Backend, request.Sent))],
        Scheduled: requests.Length,
        Dropped: 0);

    private static BackendSpec Backend(string name) =>
        new(name, 1, new ServiceTime(new Constant(TimeSpan.FromMilliseconds(10)), TimeSpan.Zero), null, null, 0, 128);
}
