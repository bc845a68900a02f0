using System.Diagnostics;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Timing;

[Collection(Busy.Name)]
public class PreciseTimerTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(17.3)]
    public async Task A_wait_never_ends_early(double milliseconds)
    {
        var delay = TimeSpan.FromMilliseconds(milliseconds);
        for (var i = 0; i < 20; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await PreciseTimer.Shared.DelayAsync(delay, TestContext.Current.CancellationToken);
            Assert.True(Stopwatch.GetElapsedTime(start) >= delay, "ended early");
        }
    }

    [Fact]
    public async Task A_wait_goes_on_where_it_was_asked_to()
    {
        Assert.NotEqual("lbtool timer", await ThreadAfterWaitAsync(goOnHere: false));
        Assert.Equal("lbtool timer", await ThreadAfterWaitAsync(goOnHere: true));
    }

    [Fact]
    public void What_is_due_already_completes_at_once()
    {
        Assert.True(PreciseTimer.Shared.DelayAsync(TimeSpan.Zero, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
        Assert.True(PreciseTimer.Shared.UntilAsync(Stopwatch.GetTimestamp() - 1, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }

    // Reused wait objects that answered the wrong awaiter would end some of these early, twice, or never.
    [Fact]
    public async Task Ten_thousand_concurrent_waits_all_end_and_none_early()
    {
        var waits = Enumerable.Range(0, 10_000).Select(i => Task.Run(async () =>
        {
            for (var round = 0; round < 3; round++)
            {
                var delay = TimeSpan.FromMicroseconds(50 + (i * 7919 % 30_000));
                var start = Stopwatch.GetTimestamp();
                await PreciseTimer.Shared.DelayAsync(delay, CancellationToken.None);
                Assert.True(Stopwatch.GetElapsedTime(start) >= delay, "ended early");
            }
        }));

        await Task.WhenAll(waits).WaitAsync(Generous, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_short_wait_does_not_wait_for_a_long_one()
    {
        using var stop = new CancellationTokenSource();
        var far = PreciseTimer.Shared.DelayAsync(Never, stop.Token).AsTask();

        for (var i = 0; i < 100; i++)
        {
            await PreciseTimer.Shared.DelayAsync(TimeSpan.FromMilliseconds(0.3), CancellationToken.None).AsTask()
                .WaitAsync(Generous, TestContext.Current.CancellationToken);
        }

        Assert.False(far.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => far.WaitAsync(Generous, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cancelled_token_ends_a_wait_before_it_begins() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => PreciseTimer.Shared.DelayAsync(Never, new CancellationToken(canceled: true)).AsTask());

    // Cancellations come around the instant at which the wait is due, so that both sides race for it.
    [Fact]
    public async Task A_race_of_due_and_cancelled_ends_each_wait_exactly_once()
    {
        var ended = 0;
        var waits = Enumerable.Range(0, 2_000).Select(i => Task.Run(async () =>
        {
            using var stop = new CancellationTokenSource();
            var delay = TimeSpan.FromMicroseconds(200 + (i % 100));
            var start = Stopwatch.GetTimestamp();
            var wait = PreciseTimer.Shared.DelayAsync(delay, stop.Token);
            var cancelling = Task.Run(() =>
            {
                SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(start) >= delay);
                stop.Cancel();
            });
            try
            {
                await wait;
                Assert.True(Stopwatch.GetElapsedTime(start) >= delay, "ended early");
            }
            catch (OperationCanceledException)
            {
                Assert.True(stop.IsCancellationRequested, "nobody cancelled this wait");
            }

            await cancelling;
            Interlocked.Increment(ref ended);
        }));

        await Task.WhenAll(waits).WaitAsync(Generous, TestContext.Current.CancellationToken);
        Assert.Equal(2_000, ended);
    }

    [Fact]
    public async Task Cancelled_waits_do_not_pile_up_until_they_would_be_due()
    {
        // Other tests wait at the same time, but not so often.
        const int Many = 20_000;
        for (var round = 0; round < 5; round++)
        {
            using var stop = new CancellationTokenSource();
            var waits = Enumerable.Range(0, Many).Select(_ => PreciseTimer.Shared.DelayAsync(TimeSpan.FromDays(1), stop.Token).AsTask()).ToArray();
            Assert.True(PreciseTimer.Shared.Count >= Many);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waits).WaitAsync(Generous, TestContext.Current.CancellationToken));
            Assert.True(PreciseTimer.Shared.Count < Many / 2, $"{PreciseTimer.Shared.Count} are left");
        }
    }

    // Others cancel while one thread looks for what was cancelled. A wait that it let go of and kept in the heap all the
    // same would be reused, and ended at its former time.
    [Fact]
    public async Task Waits_that_are_cancelled_while_others_are_thrown_out_end_no_later_wait()
    {
        const int Many = 5_000;
        var delay = TimeSpan.FromMilliseconds(500);
        for (var round = 0; round < 10; round++)
        {
            var stops = Enumerable.Range(0, Many).Select(_ => new CancellationTokenSource()).ToArray();
            var cancelled = stops.Select(stop => PreciseTimer.Shared.DelayAsync(delay / 2, stop.Token).AsTask()).ToArray();
            Parallel.ForEach(stops, new ParallelOptions { MaxDegreeOfParallelism = 4 }, stop => stop.Cancel());
            await Task.WhenAll(cancelled).ContinueWith(_ => { }, TaskScheduler.Default);

            var later = Task.WhenAll(Enumerable.Range(0, Many).Select(_ => LengthAsync(delay)));
            var lengths = await later.WaitAsync(Generous, TestContext.Current.CancellationToken);
            Assert.All(lengths, length => Assert.True(length >= delay, "ended early"));
        }
    }

    private static async Task<TimeSpan> LengthAsync(TimeSpan delay)
    {
        var start = Stopwatch.GetTimestamp();
        await PreciseTimer.Shared.DelayAsync(delay, CancellationToken.None);
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task<string?> ThreadAfterWaitAsync(bool goOnHere)
    {
        // Far enough that it is not over before it is awaited, also where this thread has to wait for its turn in between.
        var due = Stopwatch.GetTimestamp() + Stopwatch.Frequency;
        await PreciseTimer.Shared.UntilAsync(due, CancellationToken.None, goOnHere).ConfigureAwait(false);
        var thread = Thread.CurrentThread.Name;

        // What follows must not keep the timer's thread.
        await Task.Yield();
        return thread;
    }
}
