using System.Diagnostics;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Tests.Measurements;

namespace LBTool.Core.Tests.Expectations;

public class LargeRunTests
{
    // About 1 s of CPU; the bound is there to catch work that is done again for every expectation, on a busy machine.
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(40);

    [Fact]
    public void Twenty_expectations_over_a_million_requests_are_judged_in_seconds()
    {
        var run = new HandMadeRun { Length = 1_000_000 }.Phase("first", null, "500s").Phase("second", "500s", null);
        var random = new RandomStream(1);
        for (var i = 0; i < 1_000_000; i++)
        {
            run.Request(at: i, took: random.NextDouble(1, 20), backend: i % 3);
        }

        foreach (var window in new[] { "", " during first", " during second", " during 100s .. 900s" })
        {
            run.Expect("p50 < 20ms" + window).Expect("p99.9{backend=b1} < 20ms" + window).Expect("errors == 0" + window)
                .Expect("share{backend=b2} < 40%" + window).Expect("max_inflight{backend=b3} < 20" + window);
        }

        var result = run.Expect("duplicates == 0").Expect("attempts <= 100%").Result;
        var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var judgement = Judge.Evaluate(new MeasuredRun(result));
        TestContext.Current.TestOutputHelper!.WriteLine($"{judgement.Outcomes.Length} expectations in {watch.Elapsed}, of CPU {Environment.CpuUsage.TotalTime - before}");
        Assert.Equal(Verdict.Passed, judgement.Verdict);
        Assert.True(watch.Elapsed < Generous, $"It took {watch.Elapsed}.");
    }
}
