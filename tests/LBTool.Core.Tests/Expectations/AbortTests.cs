using LBTool.Core.Expectations;
using LBTool.Core.Tests.Measurements;

namespace LBTool.Core.Tests.Expectations;

public class AbortTests
{
    // Under way for 6 s of 10; slow acts from 4 s; 25 leases are open on b1 at once from 4.5 s on.
    private static HandMadeRun UnderWay()
    {
        var run = new HandMadeRun { EndedAt = 6_000 }.Fault("slow", "4s").Phase("later", "7s", null).Requests(1_000, took: 10, until: 5_900);
        for (var i = 0; i < 25; i++)
        {
            run.Lease(0, 0, 4_500, 5_900);
        }

        return run;
    }

    [Fact]
    public void A_violated_expectation_ends_the_run_with_its_reason() =>
        Assert.Equal("max_inflight{backend=b1} <= 20 during slow: it is 27",
            Find(UnderWay().Expect("max_inflight{backend=b1} <= 20 during slow", abort: true)));

    [Theory]
    [InlineData("max_inflight{backend=b1} <= 30 during slow")] // holds
    [InlineData("max_inflight{backend=b1} <= 20 during later")] // not begun
    [InlineData("requests >= 5000")] // may still come
    [InlineData("errors == 5")] // may still come
    [InlineData("p99 < 1ms during 5s .. 5.1s")] // too few samples
    [InlineData("inflight >= 40 during slow")] // those open now are not in the records
    [InlineData("inflight >= 40 within 1s of slow.start")]
    [InlineData("achieved_rate == 0%")] // says nothing about the balancer
    public void What_is_not_surely_violated_ends_nothing(string text) =>
        Assert.Null(Find(UnderWay().Expect(text, abort: true)));

    [Theory]
    [InlineData("p99 < 1ms")]
    [InlineData("requests < 500")]
    [InlineData("inflight < 5 during slow")]
    public void What_is_violated_so_far_ends_the_run(string text) =>
        Assert.NotNull(Find(UnderWay().Expect(text, abort: true)));

    [Theory]
    [InlineData(2_000, true)]
    [InlineData(2_001, false)]
    public void It_waits_until_enough_of_its_window_has_passed(double after, bool ends) =>
        Assert.Equal(ends, Find(UnderWay().Expect("p95 < 1ms during slow", abort: true, after)) is not null);

    [Fact]
    public void Time_counts_from_the_end_of_warm_up()
    {
        var run = UnderWay();
        run.Warmup = 5_000;
        Assert.Null(Find(run.Expect("p50 < 1ms during slow", abort: true, after: 1_001)));
    }

    [Fact]
    public void Without_abort_nothing_ends_the_run() => Assert.Null(Find(UnderWay().Expect("p99 < 1ms")));

    [Fact]
    public void Requests_still_open_do_not_count_as_unsent() =>
        Assert.NotNull(Find(UnderWay().Scheduled(1_200).Expect("p99 < 1ms", abort: true), dropped: 0));

    private static string? Find(HandMadeRun run, long? dropped = null)
    {
        var result = run.Result;
        return Judge.FindAbort(result with { Dropped = dropped ?? result.Dropped });
    }
}
