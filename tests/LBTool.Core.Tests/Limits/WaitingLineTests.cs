using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Limits;

namespace LBTool.Core.Tests.Limits;

public class WaitingLineTests
{
    private static readonly PickContext Now = new(TimeSpan.Zero);

    [Fact]
    public void A_pick_passes_over_backends_that_are_full()
    {
        var pool = Pool(max: 2, "b1", "b2");
        var taken = Enumerable.Range(0, 4).Select(_ => Take(pool)).ToArray();

        Assert.Equal([2, 2], pool.Backends.Select(backend => backend.InFlight));
        Assert.False(pool.TryTake(Now, out _));
        Assert.True(pool.IsFull);

        taken[0].End(TimeSpan.Zero, LeaseOutcome.Ok);
        Assert.False(pool.IsFull);
        Assert.Same(taken[0].Backend, Take(pool).Backend);
    }

    [Fact]
    public void A_backend_with_a_limit_of_its_own_is_full_at_that()
    {
        var pool = new Pool([new Backend("b1", 0) { MaxInFlight = 1 }, new Backend("b2", 1)], new RoundRobin());
        for (var request = 0; request < 10; request++)
        {
            Take(pool);
        }

        Assert.Equal([1, 9], pool.Backends.Select(backend => backend.InFlight));
        Assert.False(pool.IsFull);
    }

    [Fact]
    public void A_pool_without_backends_is_not_full()
    {
        var pool = Pool(max: 1, "b1");
        pool.SetAvailable(pool.Backends[0], false, TimeSpan.Zero);

        Assert.False(pool.TryTake(Now, out _));
        Assert.False(pool.IsFull);
    }

    [Fact]
    public void A_lease_that_ends_serves_the_first_in_line()
    {
        var pool = Pool(max: 1, "b1");
        var line = new WaitingLine(pool, Sessions(pool), 3);
        var first = Take(pool);
        var served = new List<(int Number, Lease Lease)>();
        foreach (var number in new[] { 1, 2, 3 })
        {
            Assert.True(line.Join(new Waiter(Now, default, (lease, _) => served.Add((number, lease))), TimeSpan.Zero));
        }

        Assert.False(line.Join(new Waiter(Now, default, (_, _) => Assert.Fail("the line is full")), TimeSpan.Zero));
        Assert.Empty(served);

        first.End(TimeSpan.FromSeconds(1), LeaseOutcome.Ok);
        Assert.Equal([1], served.Select(one => one.Number));
        Assert.Equal(TimeSpan.FromSeconds(1), served[0].Lease.Start);
        Assert.Equal(1, pool.InFlight);

        served[0].Lease.End(TimeSpan.FromSeconds(2), LeaseOutcome.Broken);
        served[1].Lease.End(TimeSpan.FromSeconds(3), LeaseOutcome.Ok);
        Assert.Equal([1, 2, 3], served.Select(one => one.Number));
        Assert.Equal(0, line.Count);
    }

    [Fact]
    public void Who_has_given_up_is_not_served()
    {
        var pool = Pool(max: 1, "b1");
        var line = new WaitingLine(pool, Sessions(pool), 2);
        var first = Take(pool);
        var impatient = new Waiter(Now, default, (_, _) => Assert.Fail("it has left"));
        Lease? served = null;
        var patient = new Waiter(Now, default, (lease, _) => served = lease);
        line.Join(impatient, TimeSpan.Zero);
        line.Join(patient, TimeSpan.Zero);

        Assert.True(line.Leave(impatient));
        Assert.False(line.Leave(impatient));
        first.End(TimeSpan.Zero, LeaseOutcome.Ok);

        Assert.NotNull(served);
        Assert.False(line.Leave(patient));
    }

    [Fact]
    public void Who_waits_for_one_backend_does_not_hold_up_the_others()
    {
        var pool = Pool(max: 1, "b1", "b2");
        var line = new WaitingLine(pool, Sessions(pool), 2);
        var leases = new[] { Take(pool), Take(pool) }.ToDictionary(lease => lease.Backend.Name);
        var served = new List<string>();
        line.Join(new Waiter(Now, new SessionClaim(leases["b1"].Backend), (lease, _) => served.Add("bound to " + lease.Backend)), TimeSpan.Zero);
        line.Join(new Waiter(Now, default, (lease, _) => served.Add("any, " + lease.Backend)), TimeSpan.Zero);

        leases["b2"].End(TimeSpan.Zero, LeaseOutcome.Ok);
        Assert.Equal(["any, b2"], served);
        leases["b1"].End(TimeSpan.Zero, LeaseOutcome.Ok);
        Assert.Equal(["any, b2", "bound to b1"], served);
    }

    // Who waits for any backend is first and finds no room; b1 drains, and keeps its sessions.
    [Fact]
    public void Who_waits_for_a_backend_that_drains_is_not_held_up_by_one_in_front()
    {
        var pool = Pool(max: 1, "b1", "b2");
        var line = new WaitingLine(pool, Sessions(pool), 2);
        var leases = new[] { Take(pool), Take(pool) }.ToDictionary(lease => lease.Backend.Name);
        pool.SetAccess(pool.Backends[0], isAvailable: false, keepsSessions: true, TimeSpan.Zero);
        var served = new List<string>();
        line.Join(new Waiter(Now, default, (lease, _) => served.Add("any, " + lease.Backend)), TimeSpan.Zero);
        line.Join(new Waiter(Now, new SessionClaim(pool.Backends[0]), (lease, _) => served.Add("bound to " + lease.Backend)), TimeSpan.Zero);

        leases["b1"].End(TimeSpan.Zero, LeaseOutcome.Ok);

        Assert.Equal(["bound to b1"], served);
    }

    // The first one served gives the session to a backend, and all the others wait for that one then: each is looked at once.
    [Fact]
    public void A_long_line_of_one_session_costs_little_for_each()
    {
        const int Requests = 10_000, BytesForEach = 2_000;
        var pool = Pool(max: 1, "b1", "b2");
        var line = new WaitingLine(pool, Sessions(pool), Requests);
        var taken = new[] { Take(pool), Take(pool) };
        var table = new SessionTable();
        var served = new List<(int Number, Lease Lease)>();
        for (var request = 0; request < Requests; request++)
        {
            var number = request;
            line.Join(new Waiter(Now, table.ClaimOf(7), (lease, _) => served.Add((number, lease))), TimeSpan.Zero);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        taken[0].End(TimeSpan.Zero, LeaseOutcome.Ok);
        for (var next = 0; next < Requests; next++)
        {
            served[next].Lease.End(TimeSpan.Zero, LeaseOutcome.Ok);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Requests * BytesForEach);
        Assert.Equal(Enumerable.Range(0, Requests), served.Select(one => one.Number));
        Assert.All(served, one => Assert.Equal("b1", one.Lease.Backend.Name));
        Assert.Equal(0, line.Count);
    }

    [Fact]
    public void A_backend_that_comes_back_serves_the_line()
    {
        var pool = Pool(max: 1, "b1", "b2");
        pool.SetAvailable(pool.Backends[1], false, TimeSpan.Zero);
        var line = new WaitingLine(pool, Sessions(pool), 1);
        Take(pool);
        var served = "";
        line.Join(new Waiter(Now, default, (lease, _) => served = lease.Backend.Name), TimeSpan.Zero);

        pool.SetAvailable(pool.Backends[1], true, TimeSpan.FromSeconds(1));

        Assert.Equal("b2", served);
    }

    // Each waits at most once for each other one, so that a wake-up that is missed is a test that never ends.
    [Fact]
    public async Task No_wake_up_is_missed_and_no_limit_passed()
    {
        const int Limit = 3, Rounds = 5_000;
        var pool = Pool(Limit, "b1", "b2");
        var line = new WaitingLine(pool, Sessions(pool), 100);
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var turn = new TaskCompletionSource<Lease>(TaskCreationOptions.RunContinuationsAsynchronously);
                Assert.True(line.Join(new Waiter(Now, default, (lease, _) => turn.SetResult(lease)), TimeSpan.Zero));
                var lease = await turn.Task;
                InterlockedMax(ref most, lease.Backend.InFlight);
                lease.End(TimeSpan.Zero, LeaseOutcome.Ok);
            }
        }))).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);

        Assert.Equal(0, pool.InFlight);
        Assert.InRange(most, 1, Limit);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private static Pool Pool(int max, params string[] names) =>
        new(names.Select((name, index) => new Backend(name, index) { MaxInFlight = max }), new RoundRobin());

    private static StickySessions Sessions(Pool pool) => new(pool, OnLost.Redistribute);

    private static Lease Take(Pool pool)
    {
        Assert.True(pool.TryTake(Now, out var lease));
        return lease;
    }
}
