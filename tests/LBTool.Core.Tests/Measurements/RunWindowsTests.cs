using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Measurements;

public class RunWindowsTests
{
    private static HandMadeRun WithFault => new HandMadeRun().Fault("slow", "2s", lasting: 3_000).Phase("after", "slow.end + 1s", null);

    [Fact]
    public void A_fault_is_a_window_as_planned_when_nothing_is_known_of_it() =>
        Assert.Equal(Window(2_000, 5_000), new RunWindows(WithFault.Result, underWay: false).Named("slow"));

    [Fact]
    public void A_fault_that_acted_late_moves_its_window_and_those_that_refer_to_it()
    {
        var run = WithFault.Event(RunEventKind.FaultStart, "slow", 2_000, 2_040).Event(RunEventKind.FaultEnd, "slow", 5_000, 5_070);
        var windows = new RunWindows(run.Result, underWay: false);
        Assert.Equal(Window(2_040, 5_070), windows.Named("slow"));
        Assert.Equal(Window(6_070, 10_000), windows.Named("after"));
    }

    // It takes 40 ms to begin and 70 ms to end: what comes in these is neither under the fault nor without it.
    [Fact]
    public void A_fault_that_takes_a_moment_to_begin_and_to_end_acts_wholly_in_its_window_and_not_at_all_outside()
    {
        var run = new HandMadeRun().Fault("slow", "2s", lasting: 3_000)
            .Phase("before", null, "slow.start").Phase("during", "slow.start", "slow.end").Phase("after", "slow.end", null)
            .Event(RunEventKind.FaultStart, "slow", 2_000, 2_040, since: 2_000).Event(RunEventKind.FaultEnd, "slow", 5_000, 5_070, since: 5_000);
        var windows = new RunWindows(run.Result, underWay: false);

        Assert.Equal(Window(2_040, 5_000) with { Before = HandMadeRun.Ms(2_000), After = HandMadeRun.Ms(5_070) }, windows.Named("slow"));
        Assert.Equal(
            [Window(0, 2_000), Window(2_040, 5_000), Window(5_070, 10_000)],
            new[] { "before", "during", "after" }.Select(phase => windows.Named(phase)!.Value));
    }

    // Key 1 moves while the fault begins, and is asked for again under it.
    [Fact]
    public void What_moves_while_a_fault_begins_has_moved()
    {
        var run = new HandMadeRun().Fault("gone", "2s", lasting: 3_000)
            .Event(RunEventKind.FaultStart, "gone", 2_000, 2_040, since: 2_000).Event(RunEventKind.FaultEnd, "gone", 5_000, 5_000)
            .Request(1_000, took: 5, backend: 0).Request(2_020, took: 5, backend: 1).Request(3_000, took: 5, backend: 1);
        var measured = new MeasuredRun(run.Result);

        Assert.Equal(new Proportion(1, 1), measured.MovedKeys(measured.Windows.Named("gone")!.Value));
    }

    [Fact]
    public void A_fault_taken_back_because_the_run_ended_is_no_shorter_window()
    {
        var run = WithFault.Event(RunEventKind.FaultStart, "slow", 2_000, 2_000).Event(RunEventKind.FaultEnd, "slow", 5_000, 3_000);
        (run.End, run.EndedAt) = (RunEnd.Interrupted, 3_000);
        var windows = new RunWindows(run.Result, underWay: false);
        Assert.Equal(Window(2_000, 5_000), windows.Named("slow"));
        Assert.False(windows.Ended(windows.Named("slow")!.Value));
        Assert.Equal(Window(2_000, 3_000), windows.Measured(windows.Named("slow")!.Value));
    }

    [Fact]
    public void A_completed_run_came_to_the_end_of_every_window_however_its_length_was_measured()
    {
        var run = WithFault;
        run.EndedAt = 9_998;
        Assert.True(new RunWindows(run.Result, underWay: false).Ended(Window(0, 10_000)));
    }

    private static Window Window(double from, double until) => new(HandMadeRun.Ms(from), HandMadeRun.Ms(until));
}
