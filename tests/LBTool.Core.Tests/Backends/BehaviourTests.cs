using LBTool.Core.Backends;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Backends;

/// <summary>The small machines of a backend's process, in virtual time.</summary>
public class BehaviourTests
{
    [Fact]
    public void A_cold_process_is_slow_for_its_time()
    {
        var warming = new WarmingUp(new ColdStart(5, S(2), null), started: S(10));

        Assert.Equal([5, 5, 1, 1], new[] { 10, 11.999, 12, 20 }.Select(at => warming.NextFactor(S(at))));
    }

    [Fact]
    public void A_cold_process_is_slow_for_its_first_requests()
    {
        var warming = new WarmingUp(new ColdStart(3, null, 2), started: S(10));

        Assert.Equal([3, 3, 1, 1], new[] { 10, 500, 500, 501 }.Select(at => warming.NextFactor(S(at))));
    }

    [Fact]
    public void The_least_recently_used_key_makes_room()
    {
        var cache = new KeyCache(2);
        cache.Put("a");
        cache.Put("b");
        Assert.True(cache.Find("a"));
        cache.Put("c");

        Assert.Equal([true, false, true], new[] { "a", "b", "c" }.Select(cache.Find));
    }

    [Fact]
    public void A_key_that_is_put_twice_takes_one_place_and_a_look_at_what_is_not_there_takes_none()
    {
        var cache = new KeyCache(2);
        cache.Put("a");
        cache.Put("a");
        Assert.False(cache.Find("x"));
        cache.Put("b");

        Assert.True(cache.Find("a") && cache.Find("b"));
    }

    [Fact]
    public void A_bucket_gives_its_burst_at_once_and_then_its_rate()
    {
        var limiter = new RateLimiter(new RateLimit(10, 3));

        Assert.Equal([0, 0, 0, 100, 100, 50], new double[] { 0, 0, 0, 0, 0, 0.05 }.Select(at => limiter.Take(S(at)).TotalMilliseconds));
        Assert.Equal([0, 100], new[] { 0.1, 0.1 }.Select(at => limiter.Take(S(at)).TotalMilliseconds));
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => limiter.Take(S(60)) == TimeSpan.Zero));
    }

    [Fact]
    public void A_limiter_lets_its_rate_through_exactly()
    {
        // 1000 arrivals a second for 10 s: the burst of 5, then 40 a second, the last at 10 s excluded.
        var limiter = new RateLimiter(new RateLimit(40, 5));

        Assert.Equal(5 + 399, Enumerable.Range(0, 10_000).Count(ms => limiter.Take(TimeSpan.FromMilliseconds(ms)) == TimeSpan.Zero));
    }

    [Fact]
    public void A_session_is_known_from_its_second_visit()
    {
        var sessions = new SessionMemory(new RandomStream(1));
        var (id, what) = sessions.Visit(null);

        Assert.Equal((16, Finding.SessionNew), (id.Length, what));
        Assert.Equal((id, Finding.SessionKnown), sessions.Visit(id));
        Assert.Equal(("mine", Finding.SessionMissing), sessions.Visit("mine"));
        Assert.NotEqual(id, sessions.Visit("").Id);
        Assert.Equal(3, sessions.Count);
    }

    [Fact]
    public void A_plain_process_serves_its_latency_and_never_pauses()
    {
        var process = new BackendProcess(Spec, S(5), again: true, new RandomStream(1));

        Assert.Equal(S(0.01), process.ServiceTime(S(5), false, new RandomStream(1)));
        Assert.Equal(S(6), process.Finish(S(5), S(1)));
        Assert.Null(process.Limiter);
        Assert.Null(process.Sessions);
        Assert.Null(process.Cache);
        Assert.False(process.Pauses);
    }

    [Fact]
    public void A_plain_process_allocates_nothing_for_a_request()
    {
        var process = new BackendProcess(Spec, S(0), again: false, new RandomStream(1));
        var draws = new RandomStream(1);
        process.Finish(S(1), process.ServiceTime(S(1), false, draws));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            process.Finish(S(1), process.ServiceTime(S(1), false, draws));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_process_is_cold_only_when_it_has_come_back()
    {
        var spec = Spec with { ColdStart = new ColdStart(5, S(2), null) };
        var random = new RandomStream(1);

        Assert.Equal(S(0.01), new BackendProcess(spec, S(0), again: false, random).ServiceTime(S(0), false, random));
        Assert.Equal(S(0.05), new BackendProcess(spec, S(7), again: true, random).ServiceTime(S(8), false, random));
    }

    [Fact]
    public void A_cache_stands_in_place_of_the_latency_and_a_cold_start_slows_it_too()
    {
        var spec = Spec with { Cache = new CacheSpec(1, new Constant(S(0.001)), new Constant(S(0.02))), ColdStart = new ColdStart(2, null, 1) };
        var process = new BackendProcess(spec, S(0), again: true, new RandomStream(1));
        var draws = new RandomStream(1);

        Assert.Equal(
            [40, 20, 1], new[] { false, false, true }.Select(hit => process.ServiceTime(S(0), hit, draws).TotalMilliseconds));
    }

    [Fact]
    public void The_first_pause_comes_within_one_period_and_not_at_the_same_time_everywhere()
    {
        var spec = Spec with { GcPause = new GcPause(S(10), S(1)) };
        var firsts = Enumerable.Range(0, 50).Select(seed => FirstPause(new BackendProcess(spec, S(100), false, new RandomStream((ulong)seed)))).ToList();

        Assert.All(firsts, first => Assert.InRange(first, 100, 110));
        Assert.True(firsts.Distinct().Count() > 10);
    }

    // In tenths of a second: the first time at which something that takes none is held up.
    private static double FirstPause(BackendProcess process) =>
        Enumerable.Range(0, 200).Select(tenth => 100 + (tenth / 10.0)).First(at => process.Finish(S(at), TimeSpan.Zero) > S(at));

    private static BackendSpec Spec { get; } = new("b1", 1, new ServiceTime(new Constant(S(0.01)), TimeSpan.Zero), null, null, 0, 64);

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);
}
