using LBTool.Live.Backends;

namespace LBTool.Live.Tests.Backends;

public class PlacesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_waits_is_served_in_the_order_of_arrival()
    {
        var places = new Places(1, queueLimit: null);
        await places.EnterAsync(Stop);
        var waiting = Enumerable.Range(0, 5).Select(_ => places.EnterAsync(Stop).AsTask()).ToArray();

        for (var i = 0; i < waiting.Length; i++)
        {
            Assert.All(waiting[i..], task => Assert.False(task.IsCompleted));
            places.Leave();
            Assert.True(await waiting[i]);
        }

        places.Leave();
        Assert.True(places.EnterAsync(Stop).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_full_line_turns_away_at_once()
    {
        var places = new Places(2, queueLimit: 1);
        Assert.True(await places.EnterAsync(Stop));
        Assert.True(await places.EnterAsync(Stop));
        var waiting = places.EnterAsync(Stop).AsTask();

        Assert.False(await places.EnterAsync(Stop));
        Assert.Equal(1, places.Queued);

        places.Leave();
        Assert.True(await waiting);
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_line_and_takes_no_place()
    {
        var places = new Places(1, queueLimit: 2);
        await places.EnterAsync(Stop);
        using var patience = new CancellationTokenSource();
        var impatient = places.EnterAsync(patience.Token).AsTask();
        var patient = places.EnterAsync(Stop).AsTask();

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);

        Assert.Equal(1, places.Queued);
        places.Leave();
        Assert.True(await patient);
    }

    [Fact]
    public async Task Never_more_than_the_limit_are_served_at_once()
    {
        const int limit = 3;
        var places = new Places(limit, queueLimit: null);
        var inside = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(async () =>
        {
            Assert.True(await places.EnterAsync(Stop));
            var now = Interlocked.Increment(ref inside);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            places.Leave();
        })));

        Assert.InRange(most, 1, limit);
        Assert.Equal(0, places.Queued);
        Assert.All(Enumerable.Range(0, limit), _ => Assert.True(places.EnterAsync(Stop).IsCompletedSuccessfully));
        Assert.False(places.EnterAsync(Stop).IsCompleted);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }

    [Fact]
    public async Task With_fewer_places_nobody_is_disturbed_and_nobody_enters_before_enough_have_left()
    {
        var places = new Places(3, queueLimit: null);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await places.EnterAsync(Stop));
        }

        places.Resize(1);
        var next = places.EnterAsync(Stop).AsTask();
        places.Leave();
        places.Leave();
        Assert.False(next.IsCompleted);
        Assert.Equal(1, places.Queued);

        places.Leave();
        Assert.True(await next);
    }

    [Fact]
    public async Task With_more_places_those_who_wait_are_served_in_their_order()
    {
        var places = new Places(0, queueLimit: null);
        var waiting = Enumerable.Range(0, 4).Select(_ => places.EnterAsync(Stop).AsTask()).ToArray();

        places.Resize(2);

        Assert.True(await waiting[0] && await waiting[1]);
        Assert.Equal(2, places.Queued);
        Assert.All(waiting[2..], task => Assert.False(task.IsCompleted));
        places.Resize(5);
        Assert.True(await waiting[2] && await waiting[3]);
        Assert.True(await places.EnterAsync(Stop));
        var sixth = places.EnterAsync(Stop).AsTask();
        Assert.False(sixth.IsCompleted);
        places.Leave();
        Assert.True(await sixth);
    }
}
