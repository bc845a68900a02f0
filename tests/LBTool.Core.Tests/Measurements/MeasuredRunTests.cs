using CsCheck;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Measurements;

public class MeasuredRunTests
{
    private static readonly Window FirstSecond = new(TimeSpan.Zero, TimeSpan.FromSeconds(1));

    [Fact]
    public void A_request_belongs_to_a_window_by_its_intended_instant()
    {
        var run = new HandMadeRun().Request(at: 900, took: 500).Request(at: 1_000, took: 1).Measured;
        Assert.Equal(1, run.Requests(FirstSecond).Length);
    }

    [Fact]
    public void A_request_belongs_to_the_backend_of_its_last_lease()
    {
        var run = new HandMadeRun().Request(at: 0, took: 50, backend: 0).Lease(1, backend: 2, start: 20, end: 50).Measured;
        Assert.Equal((0, 0, 1), (run.Requests(FirstSecond, 0).Length, run.Requests(FirstSecond, 1).Length, run.Requests(FirstSecond, 2).Length));
    }

    [Fact]
    public void Without_leases_it_belongs_to_the_backend_that_its_answer_names()
    {
        var run = new HandMadeRun().Request(at: 0, took: 50, backend: 1).WithoutLeases().Measured;
        Assert.Equal((1, 1), (run.Requests(FirstSecond, 1).Length, run.Picks(FirstSecond, 1)));
    }

    [Fact]
    public void A_request_that_was_cut_off_is_measured_nowhere()
    {
        var run = new HandMadeRun().Request(at: 0, took: 50, outcome: RequestOutcome.Aborted).Measured;
        Assert.Equal((0, 0, 0), (run.Requests(FirstSecond).Length, run.Errors(FirstSecond), run.Latencies(FirstSecond).Count));
    }

    [Fact]
    public void Every_arrival_of_a_request_after_its_first_is_a_duplicate()
    {
        var run = new HandMadeRun().Request(0, 10, backend: 0).Request(5, 10, backend: 0)
            .Attempt(1, backend: 1, at: 20).Attempt(1, backend: 2, at: 30).Attempt(0, backend: 2, at: 40).Attempt(0, backend: 2, at: 41).Measured;
        Assert.Equal((6, 2, 1), (run.Attempts(FirstSecond), run.Duplicates(FirstSecond), run.Duplicates(FirstSecond, 2)));
    }

    [Fact]
    public void The_last_instant_of_a_run_belongs_to_the_windows_that_end_with_it()
    {
        var run = new HandMadeRun().Request(at: 10_000, took: 1).Measured;
        Assert.Equal(1, run.Requests(run.Windows.Whole).Length);
    }

    [Fact]
    public void Warm_up_is_not_measured()
    {
        var run = new HandMadeRun { Warmup = 500 }.Requests(100, took: 1, until: 1_000).Measured;
        Assert.Equal(50, run.Requests(run.Windows.Measured(FirstSecond)).Length);
    }

    [Fact]
    public void Shares_of_all_backends_add_up_to_the_whole() =>
        Gen.Int[0, 2].Array[1, 100].Sample(backends =>
        {
            var run = new HandMadeRun().Requests(backends.Length, took: 1, backends: backends).Measured;
            return run.Picks(run.Windows.Whole) == Enumerable.Range(0, 3).Sum(backend => run.Picks(run.Windows.Whole, backend));
        });
}
