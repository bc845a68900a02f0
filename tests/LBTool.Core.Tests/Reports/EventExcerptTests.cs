using LBTool.Core.Measurements;
using LBTool.Core.Reports;

namespace LBTool.Core.Tests.Reports;

public class EventExcerptTests
{
    [Fact]
    public void Of_probes_and_states_so_many_are_shown_and_of_everything_else_all()
    {
        var events = Enumerable.Range(1, 1_000).SelectMany(at => new[]
        {
            Event(at, RunEventKind.StateChange, "down"), Event(at, RunEventKind.FaultStart, "sick"),
        });

        var (shown, leftOut) = EventExcerpt.Of(events);

        Assert.Equal(EventExcerpt.MostOfHealth, shown.Count(happened => happened.Kind == RunEventKind.StateChange));
        Assert.Equal(1_000, shown.Count(happened => happened.Kind == RunEventKind.FaultStart));
        Assert.Equal(1_000 - EventExcerpt.MostOfHealth, leftOut);
    }

    [Fact]
    public void Who_was_well_before_the_load_is_no_news_and_who_was_not_is()
    {
        var (shown, leftOut) = EventExcerpt.Of(
        [
            Event(0, RunEventKind.Probe, "passed"), Event(0, RunEventKind.StateChange, "up"),
            Event(0, RunEventKind.Probe, "failed"), Event(0, RunEventKind.StateChange, "down"), Event(5, RunEventKind.Probe, "passed"),
        ]);

        Assert.Equal(["failed", "down", "passed"], shown.Select(happened => happened.Name));
        Assert.Equal(0, leftOut);
    }

    [Fact]
    public void The_states_of_a_drain_are_told_by_the_drain()
    {
        var (shown, leftOut) = EventExcerpt.Of(
        [
            Event(1, RunEventKind.StateChange, "draining"), Event(1, RunEventKind.Drain, "started"),
            Event(2, RunEventKind.StateChange, "drained"), Event(2, RunEventKind.Drain, "drained"), Event(3, RunEventKind.StateChange, "up"),
        ]);

        Assert.Equal(["started", "drained", "up"], shown.Select(happened => happened.Name));
        Assert.Equal(0, leftOut);
    }

    [Fact]
    public void The_book_keeps_every_change_of_state_and_so_many_probes()
    {
        var book = new EventBook();
        for (var at = 0; at < EventBook.MostProbes + 5; at++)
        {
            book.Note(new RunEvent(default, default, RunEventKind.Probe, "failed", "probe"));
            book.Note(new RunEvent(default, default, RunEventKind.StateChange, "down", "state"));
        }

        Assert.Equal(EventBook.MostProbes, book.All.Count(happened => happened.Kind == RunEventKind.Probe));
        Assert.Equal(EventBook.MostProbes + 5, book.All.Count(happened => happened.Kind == RunEventKind.StateChange));
        Assert.EndsWith("more are not kept)", book.All.Last(happened => happened.Kind == RunEventKind.Probe).Text, StringComparison.Ordinal);
    }

    private static EventReport Event(double at, RunEventKind kind, string name) => new(at, at, kind, name, "b1", name);
}
