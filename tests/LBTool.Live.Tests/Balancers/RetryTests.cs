using System.Diagnostics;
using System.Net;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.HttpFaults;
using LBTool.Core.Randomness;
using LBTool.Core.Retries;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;

namespace LBTool.Live.Tests.Balancers;

/// <summary>Round-robin over b1 and b2, so that the first request meets b1; that one fails.</summary>
public class RetryTests
{
    private static readonly RetryBudgetSpec NoBudget = new(null, 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_request_whose_connection_broke_is_answered_by_another_backend(int version)
    {
        await using var rig = await StartAsync(Policy("reset"), versions: new HttpVersions(version, version));
        rig.Backends[0].Add("abort", new HttpEffect(1, new HttpAbort(AbortPoint.BeforeHeaders)));

        using var answer = await rig.SendAsync(7, stop: Stop);

        Assert.Equal((HttpStatusCode.OK, "b2"), (answer.StatusCode, answer.Header(LbHeaders.Backend)));
        await AssertLeasesAsync(rig, (0, LeaseOutcome.Broken), (1, LeaseOutcome.Ok));
        Assert.All(rig.Recording.Leases.Read(), lease => Assert.Equal(7, lease.Request));
    }

    [Fact]
    public async Task A_status_that_is_tried_again_never_reaches_the_client()
    {
        await using var rig = await StartAsync(Policy("503"));
        rig.Backends[0].Add("busy", new HttpEffect(1, new HttpStatus(503) { Body = "no" }));

        using var answer = await rig.SendAsync(1, stop: Stop);

        Assert.Equal((HttpStatusCode.OK, "b2"), (answer.StatusCode, answer.Header(LbHeaders.Backend)));
        Assert.Equal(64, (await answer.Content.ReadAsByteArrayAsync(Stop)).Length);
        Assert.Null(answer.Header(LbHeaders.Reason));
        await AssertLeasesAsync(rig, (0, LeaseOutcome.ServerError), (1, LeaseOutcome.Ok));
    }

    [Fact]
    public async Task A_try_that_takes_too_long_is_tried_elsewhere_and_not_earlier()
    {
        var perTry = TimeSpan.FromSeconds(2);
        await using var rig = await Rig.StartAsync(
            [Rig.Spec("b1", TimeSpan.FromMinutes(10)), Rig.Spec("b2")],
            configure: options => options with { Retries = Policy("timeout") with { PerTryTimeout = perTry } });
        var start = Stopwatch.GetTimestamp();

        using var answer = await rig.SendAsync(1, stop: Stop);

        Assert.Equal("b2", answer.Header(LbHeaders.Backend));

        // The timer behind it counts whole milliseconds and may be 4 ms early.
        Assert.True(Stopwatch.GetElapsedTime(start) >= perTry - TimeSpan.FromMilliseconds(5));
        await AssertLeasesAsync(rig, (0, LeaseOutcome.Timeout), (1, LeaseOutcome.Ok));
    }

    // The head comes in time, and the second half of the body later than a try may take.
    [Fact]
    public async Task The_time_of_a_try_ends_with_the_head_of_its_answer()
    {
        await using var rig = await Rig.StartAsync(
            [Rig.Spec("b1", body: 3_000)],
            configure: options => options with { Retries = Policy("timeout") with { PerTryTimeout = TimeSpan.FromSeconds(3) } });
        rig.Backends[0].Add("slow", new HttpEffect(1, new HttpSlowBody(1_500, TimeSpan.FromSeconds(4))));

        using var answer = await rig.SendAsync(1, stop: Stop);

        Assert.Equal(3_000, (await answer.Content.ReadAsByteArrayAsync(Stop)).Length);
    }

    [Fact]
    public async Task All_backends_are_tried_before_one_is_tried_twice_and_the_last_answer_is_the_clients()
    {
        await using var rig = await StartAsync(Policy("5xx", attempts: 3));
        rig.Backends[0].Add("broken", new HttpEffect(1, new HttpStatus(500)));
        rig.Backends[1].Add("broken", new HttpEffect(1, new HttpStatus(502)));

        using var answer = await rig.SendAsync(1, stop: Stop);

        await AssertLeasesAsync(rig, 3);
        var tried = rig.Recording.Leases.Read().Select(lease => lease.Backend).ToArray();
        Assert.Equal([0, 1], tried.Take(2));
        Assert.Equal(tried[2] == 0 ? HttpStatusCode.InternalServerError : HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [Fact]
    public async Task An_answer_that_has_begun_is_not_tried_again()
    {
        await using var rig = await StartAsync(Policy("reset"), body: 20_000);
        rig.Backends[0].Add("abort", new HttpEffect(1, new HttpAbort(AbortPoint.MidBody)));

        await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            using var answer = await rig.SendAsync(1, stop: Stop);
            await answer.Content.ReadAsByteArrayAsync(Stop);
        });

        await AssertLeasesAsync(rig, (0, LeaseOutcome.Broken));
    }

    [Theory]
    [InlineData(0, HttpStatusCode.BadGateway, 1)]
    [InlineData(5_000, HttpStatusCode.OK, 2)]
    public async Task A_body_is_sent_twice_only_when_that_is_asked_for(int kept, HttpStatusCode status, int arrivals)
    {
        await using var rig = await StartAsync(Policy("reset") with { MaxBody = kept, IdempotentOnly = false });
        rig.Backends[0].Add("abort", new HttpEffect(1, new HttpAbort(AbortPoint.BeforeHeaders)));

        using var answer = await rig.SendAsync(1, new ByteArrayContent(new byte[5_000]), Stop);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(arrivals, rig.Recording.Attempts.Read().Count());
    }

    [Fact]
    public async Task A_post_is_not_sent_twice_by_default()
    {
        await using var rig = await StartAsync(Policy("reset") with { MaxBody = 1_000 });
        rig.Backends[0].Add("abort", new HttpEffect(1, new HttpAbort(AbortPoint.BeforeHeaders)));

        using var answer = await rig.SendAsync(1, new ByteArrayContent(new byte[10]), Stop);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Single(rig.Recording.Attempts.Read());
    }

    [Fact]
    public async Task A_budget_that_is_spent_leaves_the_failure_to_the_client()
    {
        await using var rig = await StartAsync(Policy("5xx") with { Budget = new RetryBudgetSpec(0.5, 0) });
        rig.Backends[0].Add("broken", new HttpEffect(1, new HttpStatus(500)));
        rig.Backends[1].Add("broken", new HttpEffect(1, new HttpStatus(500)));
        for (var number = 1; number <= 20; number++)
        {
            using var answer = await rig.SendAsync(number, stop: Stop);
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        }

        await AssertLeasesAsync(rig, 30);
    }

    [Fact]
    public async Task A_session_goes_to_the_backend_that_answered()
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1"), Rig.Spec("b2")], configure: options => options with
        {
            Retries = Policy("reset"),
            Sticky = new Sticky(new KeySource(KeyPart.Cookie, "s"), OnLost.Redistribute),
            SessionKey = new RandomStream(1),
        });
        rig.Backends[0].Add("abort", new HttpEffect(1, new HttpAbort(AbortPoint.BeforeHeaders)));
        using var first = await rig.SendAsync(1, stop: Stop);
        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie")).Split(';')[0];
        rig.Backends[0].Remove("abort");

        for (var number = 2; number < 6; number++)
        {
            using var request = rig.Request(number);
            request.Headers.Add("Cookie", cookie);
            using var answer = await rig.Client.SendAsync(request, Stop);
            Assert.Equal("b2", answer.Header(LbHeaders.Backend));
        }
    }

    private static RetryPolicy Policy(string on, int attempts = 2) => new(attempts, RetryConditions.Parse([on])!, NoBudget);

    private static Task<Rig> StartAsync(RetryPolicy policy, int body = 64, HttpVersions? versions = null) =>
        Rig.StartAsync([Rig.Spec("b1", body: body), Rig.Spec("b2", body: body)], versions, configure: options => options with { Retries = policy });

    // A client has its answer a moment before the lease has ended.
    private static async Task AssertLeasesAsync(Rig rig, int count)
    {
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "every lease has ended");
        Assert.Equal(count, rig.Recording.Leases.Read().Count());
    }

    private static async Task AssertLeasesAsync(Rig rig, params (int Backend, LeaseOutcome Outcome)[] leases)
    {
        await AssertLeasesAsync(rig, leases.Length);
        Assert.Equal(leases, rig.Recording.Leases.Read().Select(lease => (lease.Backend, lease.Outcome)));
    }
}
