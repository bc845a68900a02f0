using System.Diagnostics;
using System.Net;
using LBTool.Core.Backends;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;

namespace LBTool.Live.Tests.Backends;

/// <summary>What a backend does by itself, as its clients see it; the arithmetic is tested in Core.</summary>
public class BehaviourTests
{
    private static readonly TimeSpan Ages = TimeSpan.FromMinutes(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backend_that_came_back_is_cold_for_its_first_requests_and_one_that_starts_is_not()
    {
        var (latency, cold) = (TimeSpan.FromMilliseconds(20), new ColdStart(20, null, 2));
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", latency) with { ColdStart = cold });

        // A cold one takes 400 ms, and a warm one 20. Of ten, one at least is not held up for so long by the machine.
        Assert.True((await TimesAsync(rig, 10)).Min() < cold.Factor * latency);
        rig.Backend.Restart();
        Assert.True((await TimesAsync(rig, 2)).Min() >= cold.Factor * latency);
        Assert.True((await TimesAsync(rig, 10)).Min() < cold.Factor * latency);
    }

    [Fact]
    public async Task Work_stands_still_in_a_pause()
    {
        var pause = new GcPause(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(75));
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", TimeSpan.FromMilliseconds(10)) with { GcPause = pause });

        // 150 ms of work: less than 100 of it before the first pause, and 25 between two. So three pauses at least.
        var start = Stopwatch.GetTimestamp();
        await TimesAsync(rig, 15);
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(150 + (3 * 75)));
    }

    [Fact]
    public async Task One_request_too_many_is_429_with_retry_after_and_a_restart_forgets()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1") with { RateLimit = new RateLimit(1 / 3600.0, 2) });
        for (var i = 0; i < 2; i++)
        {
            using var taken = await rig.Client.GetAsync("/", Stop);
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        }

        using var refused = await rig.Client.GetAsync("/", Stop);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("rate-limit", refused.Header(LbHeaders.Reason));
        Assert.Equal("b1", refused.Header(LbHeaders.Backend));
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, null), 3_000, 3_600);
        Assert.Equal("ok", await rig.Client.GetStringAsync("/healthz", Stop));
        Assert.Equal(HttpStatusCode.OK, (await AfterRestartAsync(rig, "/")).StatusCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_key_misses_once_and_then_hits_until_a_restart(int version)
    {
        var miss = TimeSpan.FromMilliseconds(60);
        var cache = new CacheSpec(10, new Constant(TimeSpan.Zero), new Constant(miss));
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", Ages) with { Cache = cache }, version);
        var start = Stopwatch.GetTimestamp();

        Assert.Equal("miss", await CacheOfAsync("/a"));
        Assert.True(Stopwatch.GetElapsedTime(start) >= miss);
        Assert.Equal("hit", await CacheOfAsync("/a"));
        Assert.Equal("hit", await CacheOfAsync("/a?other=1"));
        Assert.Equal("miss", await CacheOfAsync("/a?key=7"));
        Assert.Equal("hit", await CacheOfAsync("/b?key=7"));
        using var after = await AfterRestartAsync(rig, "/a");
        Assert.Equal("miss", after.Header(LbHeaders.Cache));

        async Task<string?> CacheOfAsync(string path)
        {
            using var answer = await rig.Client.GetAsync(path, Stop);
            return answer.Header(LbHeaders.Cache);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_session_is_new_then_known_and_forgotten_by_a_restart(int version)
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1") with { Sessions = true }, version);

        Assert.Equal("new", await SessionOfAsync(LbHeaders.Session, "s1"));
        Assert.Equal("known", await SessionOfAsync(LbHeaders.Session, "s1"));
        Assert.Equal("known", await SessionOfAsync("Cookie", "a=b; x-lb-session=s1"));
        Assert.Equal("new", await SessionOfAsync("Cookie", "x-lb-session=s2"));
        rig.Backend.Restart();
        Assert.Equal("new", await SessionOfAsync(LbHeaders.Session, "s1"));

        // With a new client each time: one from before the restart may still believe in its connection.
        async Task<string?> SessionOfAsync(string header, string value)
        {
            using var client = Rig.NewClient(rig.Backend.EndPoint, version);
            using var answer = await client.SendAsync(Request(rig, header, value), Stop);
            Assert.Null(answer.Header("Set-Cookie"));
            return answer.Header(LbHeaders.Session);
        }
    }

    [Fact]
    public async Task Who_brings_no_session_gets_one_as_a_cookie()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1") with { Sessions = true });
        using var first = await rig.Client.GetAsync("/", Stop);
        var cookie = first.Header("Set-Cookie")!.Split(';')[0];

        using var second = await rig.Client.SendAsync(Request(rig, "Cookie", cookie), Stop);

        Assert.Equal("new", first.Header(LbHeaders.Session));
        Assert.StartsWith("x-lb-session=", cookie);
        Assert.Equal("known", second.Header(LbHeaders.Session));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(10)]
    public async Task Lost_capacity_makes_requests_wait_until_it_is_back(int? concurrency)
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", Ages, concurrency));
        var before = rig.SendMany(3);
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 3, "three are served");
        rig.Backend.Limit("weak", 4);
        rig.Backend.Limit("weaker", 3);

        var after = rig.SendMany(3);

        await Eventually.TrueAsync(() => rig.Backend.Queued == 3, "three wait: those before them have every place");
        rig.Backend.Remove("weaker");
        Assert.Equal(2, rig.Backend.Queued);
        rig.Backend.Remove("weak");
        Assert.Equal(0, rig.Backend.Queued);
        await rig.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll([.. before, .. after]));
    }

    [Fact]
    public async Task Lost_capacity_stays_lost_over_a_restart()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1"));
        rig.Backend.Limit("none", 0);
        rig.Backend.Restart();
        var waiting = rig.Client.GetAsync("/", Stop);
        await Eventually.TrueAsync(() => rig.Backend.Queued == 1, "it waits");

        Assert.True(rig.Backend.Remove("none"));

        using var answer = await waiting;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(rig.Backend.Remove("none"));
    }

    // One at a time.
    private static async Task<TimeSpan[]> TimesAsync(BackendRig rig, int requests)
    {
        using var client = Rig.NewClient(rig.Backend.EndPoint, 1);
        var times = new TimeSpan[requests];
        for (var i = 0; i < requests; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await client.GetStringAsync("/", Stop);
            times[i] = Stopwatch.GetElapsedTime(start);
        }

        return times;
    }

    // With a new client: the old one may still believe in its connection.
    private static async Task<HttpResponseMessage> AfterRestartAsync(BackendRig rig, string path)
    {
        rig.Backend.Restart();
        using var client = Rig.NewClient(rig.Backend.EndPoint, (int)rig.Client.DefaultRequestVersion.Major);
        return await client.GetAsync(path, Stop);
    }

    private static HttpRequestMessage Request(BackendRig rig, string header, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = rig.Client.DefaultRequestVersion, VersionPolicy = rig.Client.DefaultVersionPolicy };
        request.Headers.Add(header, value);
        return request;
    }
}
