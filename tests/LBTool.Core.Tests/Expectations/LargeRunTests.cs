using System.Diagnostics;
using LBTool.Core.Expectations;
using LBTool.Core.Tests.Measurements;

namespace LBTool.Core.Tests.Expectations;

public class LargeRunTests
{
    // About 1 s on one slow core; the bound is there to catch work that is done again for every expectation.
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(15);

    [Fact]
    public void Twenty_expectations_over_a_million_requests_are_judged_in_seconds()
    {
        var run = new HandMadeRun { Length = 1_000_000 }.Phase("first", null, "500s").Phase("second", "500s", null)
            .Requests(1_000_000, took: 12.3, until: 1_000_000, backends: [0, 1, 2]);
        foreach (var window in new[] { "", " during first", " during second", " during 100s .. 900s" })
        {
            run.Expect("p50 < 20ms" + window).Expect("p99.9{backend=b1} < 20ms" + window).Expect("errors == 0" + window)
                .Expect("share{backend=b2} < 40%" + window).Expect("max_inflight{backend=b3} < 20" + window);
        }

        var result = run.Expect("duplicates == 0").Expect("attempts <= 100%").Result;
        var watch = Stopwatch.StartNew();
        var judgement = Judge.Evaluate(result);
        TestContext.Current.TestOutputHelper!.WriteLine($"{judgement.Outcomes.Length} expectations in {watch.Elapsed}");
        Assert.Equal(Verdict.Passed, judgement.Verdict);
        Assert.True(watch.Elapsed < Generous, $"It took {watch.Elapsed}.");
    }
}
