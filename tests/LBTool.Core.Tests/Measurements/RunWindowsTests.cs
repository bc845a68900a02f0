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
