using LBTool.Core.Randomness;
using LBTool.Simulation.Time;

namespace LBTool.Simulation.Tests;

public class EventQueueTests
{
    [Fact]
    public void Events_happen_in_order_of_time_then_of_scheduling()
    {
        var random = new RandomStream(1);
        var queue = new EventQueue();
        for (var number = 0; number < 10_000; number++)
        {
            queue.Add(random.Next(500), EventKind.Work, number);
        }

        var last = default(SimulatedEvent);
        for (var number = 0; number < 10_000; number++)
        {
            Assert.True(queue.TryNext(out var next));
            Assert.True(number == 0 || last.Due < next.Due || (last.Due == next.Due && last.Target < next.Target));
            Assert.Equal(next.Due, queue.Now);
            last = next;
        }

        Assert.False(queue.TryNext(out _));
    }

    [Fact]
    public void Who_waits_for_an_instant_goes_first()
    {
        var queue = new EventQueue();
        queue.Add(5, EventKind.Arrival);
        queue.Add(5, EventKind.Wait);

        queue.TryNext(out var first);

        Assert.Equal(EventKind.Wait, first.Kind);
    }

    [Fact]
    public void What_is_due_in_the_past_happens_now()
    {
        var queue = new EventQueue();
        queue.Add(5, EventKind.Arrival);
        queue.TryNext(out _);
        queue.Add(1, EventKind.Wait);

        queue.TryNext(out var late);

        Assert.Equal(5, late.Due);
    }
}
