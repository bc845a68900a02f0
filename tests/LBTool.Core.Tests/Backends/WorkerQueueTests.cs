using CsCheck;
using LBTool.Core.Backends;

namespace LBTool.Core.Tests.Backends;

public class WorkerQueueTests
{
    [Fact]
    public void Who_finds_no_worker_waits_and_who_finds_no_place_in_line_does_not()
    {
        var queue = new WorkerQueue<int>(1, queueLimit: 1, _ => true);

        Assert.True(queue.TryEnter());
        Assert.False(queue.TryEnter());
        Assert.True(queue.TryWait(1));
        Assert.False(queue.TryWait(2));
        Assert.True(queue.Leave(out var next));
        Assert.Equal(1, next);
        Assert.False(queue.Leave(out _));
        Assert.True(queue.TryEnter());
    }

    [Fact]
    public void Who_has_given_up_is_passed_over_and_makes_room_in_line()
    {
        var gone = new HashSet<int>();
        var queue = new WorkerQueue<int>(1, queueLimit: 2, request => !gone.Contains(request));
        queue.TryEnter();
        queue.TryWait(1);
        queue.TryWait(2);

        gone.Add(1);
        queue.GiveUp();

        Assert.Equal(1, queue.Queued);
        Assert.True(queue.TryWait(3));
        Assert.True(queue.Leave(out var next));
        Assert.Equal(2, next);
    }

    [Fact]
    public void With_fewer_workers_nobody_enters_before_enough_have_left()
    {
        var queue = new WorkerQueue<int>(3, queueLimit: null, _ => true);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(queue.TryEnter());
        }

        queue.Resize(1);
        queue.TryWait(1);

        Assert.False(queue.Leave(out _));
        Assert.False(queue.Leave(out _));
        Assert.True(queue.Leave(out _));
        queue.Resize(0);
        queue.TryWait(2);
        Assert.False(queue.TryCall(out _));
        Assert.False(queue.Leave(out _));
        queue.Resize(1);
        Assert.True(queue.TryCall(out var next));
        Assert.Equal(2, next);
        Assert.False(queue.TryCall(out _));
    }

    // Whatever comes, leaves, gives up or is resized: never more served than there are workers (but for those served
    // before they were taken away), and nobody waits beside a free worker.
    [Fact]
    public void Nobody_waits_while_a_worker_is_free() => Gen.Int[0, 9].Array[200].Sample(steps =>
    {
        var (waiting, gone, served, workers, number) = (new HashSet<int>(), new HashSet<int>(), 0, 2, 0);
        var queue = new WorkerQueue<int>(workers, queueLimit: 5, request => !gone.Contains(request));
        void Called(int request)
        {
            Assert.True(waiting.Remove(request));
            served++;
        }

        foreach (var step in steps)
        {
            if (step < 5)
            {
                number++;
                if (queue.TryEnter())
                {
                    served++;
                }
                else if (queue.TryWait(number))
                {
                    waiting.Add(number);
                }
            }
            else if (step < 7 && served > 0)
            {
                served--;
                if (queue.Leave(out var next))
                {
                    Called(next);
                }
            }
            else if (step == 7 && waiting.Count > 0)
            {
                var impatient = waiting.Max();
                waiting.Remove(impatient);
                gone.Add(impatient);
                queue.GiveUp();
            }
            else if (step > 7)
            {
                workers = step == 8 ? 0 : 3;
                queue.Resize(workers);
                while (queue.TryCall(out var next))
                {
                    Called(next);
                }
            }

            Assert.Equal(waiting.Count, queue.Queued);
            Assert.True(waiting.Count == 0 || served >= workers);
            Assert.InRange(waiting.Count, 0, 5);
        }
    });

    [Fact]
    public void Of_several_limits_the_lowest_holds_until_it_is_taken_back()
    {
        var limits = new WorkerLimits(concurrency: 8);
        limits.Limit("a", 3);
        limits.Limit("b", 1);
        Assert.Equal(1, limits.Workers);
        Assert.True(limits.Unlimit("b"));
        Assert.Equal(3, limits.Workers);
        Assert.True(limits.Unlimit("a"));
        Assert.False(limits.Unlimit("a"));
        Assert.Equal(8, limits.Workers);
        Assert.Equal(int.MaxValue, new WorkerLimits(concurrency: null).Workers);
    }
}
