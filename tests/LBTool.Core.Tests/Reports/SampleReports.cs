using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Reports;
using LBTool.Core.Scenarios;
using LBTool.Core.Tests.Measurements;

namespace LBTool.Core.Tests.Reports;

/// <summary>Reports of hand-made runs: one for each verdict, and one full of hostile text.</summary>
internal static class SampleReports
{
    private const string Rerun = "lbtool run slow-backend.lb.yaml --seed 42";

    public const string Hostile = "<b>|`*[x](y)&\"' \\ \r\n\t\0\u001b[31m\uFFFE \uD83D 💥 ]]> --> ```";

    public static IEnumerable<(string Name, Report Report)> All =>
        [("passed", Passed), ("failed", Failed), ("inconclusive", Inconclusive), ("hostile", HostileText)];

    public static RunPlan Plan => Slow(took: 20, new Gate(), seed: 42).Result.Plan;

    /// <summary>Two of three must pass: the first attempt fails, two pass.</summary>
    public static Report Passed
    {
        get
        {
            var gate = new Gate(Repeat: 3, Pass: 2);
            return Of(Slow(took: 80, gate, seed: 42), Slow(took: 20, gate, seed: 43), Slow(took: 20, gate, seed: 44));
        }
    }

    public static Report Failed => Of(Slow(took: 80, new Gate(), seed: 42).Expect("errors < 1%").Expect("max_inflight <= 20"));

    public static Report Inconclusive
    {
        get
        {
            var run = Slow(took: 20, new Gate(), seed: ulong.MaxValue).Expect("requests >= 5000").WithoutLeases();
            (run.End, run.EndedAt, run.EndReason) = (RunEnd.Interrupted, 6_000, "interrupted by Ctrl-C");
            return Of(run);
        }
    }

    public static Report HostileText
    {
        get
        {
            var run = new HandMadeRun { Name = Hostile, End = RunEnd.Failed, EndReason = Hostile }
                .Request(0, 1).Event(RunEventKind.FaultStart, Hostile, 0, 1, Hostile).Expect(Hostile);
            return Report.Create(run.Result.Plan, "0.1.0", [AttemptReport.Of(1, run.Measured, run.Judgement)], Hostile);
        }
    }

    // 1000 requests over 10 s; b1 is slow from 4 s to 8 s; one request fails.
    private static HandMadeRun Slow(double took, Gate gate, ulong seed)
    {
        var run = new HandMadeRun { Name = "p2c routes around one slow backend", Gate = gate, Seed = seed, Warmup = 1_000 }
            .Fault("slow-b1", "4s", lasting: 4_000).Phase("baseline", null, "slow-b1.start")
            .Event(RunEventKind.LoadStart, "load", 0, 0, "load begins: 100/s")
            .Event(RunEventKind.FaultStart, "slow-b1", 4_000, 4_000.6, "slow-b1 begins: latency 200ms on b1")
            .Event(RunEventKind.FaultEnd, "slow-b1", 8_000, 8_001.2, "slow-b1 ends")
            .Event(RunEventKind.LoadEnd, "load", 10_000, 10_000, "load ends")
            .Expect("p95 < 60ms during slow-b1").Expect("share{backend=b1} < 40% during slow-b1").Expect("p95 <= 2x baseline + 40ms during slow-b1");
        run.Requests(400, took: 10, until: 4_000, backends: [0, 1, 2]);
        for (var i = 0; i < 400; i++)
        {
            run.Request(4_000 + (10 * i), i % 3 == 0 ? took : 10, backend: i % 3);
        }

        return run.Requests(199, took: 10, from: 8_000, until: 9_990, backends: [0, 1, 2])
            .Request(9_990, 3, backend: 1, RequestOutcome.ServerError, 502).Attempt(700, backend: 2, at: 7_100).Scheduled(902);
    }

    private static Report Of(params HandMadeRun[] attempts) =>
        Report.Create(attempts[0].Result.Plan, "0.1.0", [.. attempts.Select((attempt, place) => AttemptReport.Of(place + 1, attempt.Measured, attempt.Judgement))], Rerun);
}
