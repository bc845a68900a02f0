using LBTool.Core.Measurements;
using LBTool.Live.Load;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Load;

public class OpenRequestsTests
{
    private readonly Recording _recording = new();

    [Fact]
    public void An_arrival_over_the_limit_is_refused()
    {
        var open = Create(limit: 2);
        var first = open.TryOpen(1, intended: null);

        Assert.NotNull(first);
        Assert.NotNull(open.TryOpen(2, intended: null));
        Assert.Null(open.TryOpen(3, intended: null));
        Assert.Null(open.TryOpen(4, intended: null));

        open.End(first, RequestOutcome.Ok);
        Assert.NotNull(open.TryOpen(5, intended: null));
    }

    [Fact]
    public void The_first_end_counts_and_there_is_no_second()
    {
        var open = Create(limit: 1);
        var request = open.TryOpen(1, intended: null);
        Assert.NotNull(request);

        open.End(request, RequestOutcome.Timeout);
        request.TakeHead(TimeSpan.Zero, 200, 0);
        open.End(request, RequestOutcome.Ok);

        Assert.Equal(RequestOutcome.Timeout, Assert.Single(_recording.Ended()).Outcome);
    }

    [Fact]
    public void After_an_abort_a_late_request_is_aborted_too()
    {
        var open = Create(limit: 2);
        var early = open.TryOpen(1, intended: null);
        open.Abort();
        var late = open.TryOpen(2, intended: null);

        Assert.True(early!.Cancelled.IsCancellationRequested && late!.Cancelled.IsCancellationRequested);
        Assert.Equal([RequestOutcome.Aborted, RequestOutcome.Aborted], _recording.Ended().Select(request => request.Outcome));
    }

    [Fact]
    public void It_is_drained_when_closed_and_the_last_has_ended()
    {
        var open = Create(limit: 2);
        var request = open.TryOpen(1, intended: null);

        var drained = open.CloseAsync();
        Assert.False(drained.IsCompleted);

        open.End(request!, RequestOutcome.Ok);
        Assert.True(drained.IsCompletedSuccessfully);
    }

    private OpenRequests Create(int limit)
    {
        var clock = new RunClock();
        clock.Start();
        return new OpenRequests(limit, Traffic.Generous, clock, _recording);
    }
}
