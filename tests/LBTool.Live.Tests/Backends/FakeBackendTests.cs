using System.Diagnostics;
using System.Net;
using LBTool.Core.HttpFaults;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;

namespace LBTool.Live.Tests.Backends;

public class FakeBackendTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_answer_names_the_backend_and_has_the_size_asked_for(int version)
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", body: 100_000), version);

        using var answer = await rig.Client.GetAsync("/any/path", Stop);
        var body = await answer.Content.ReadAsStringAsync(Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("b1", answer.Header(LbHeaders.Backend));
        Assert.Equal(100_000, body.Length);
        Assert.StartsWith("b1\n", body);
        Assert.Equal(body, await rig.Client.GetStringAsync("/any/path", Stop));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "b")]
    [InlineData(3, "b1\n")]
    public async Task A_small_body_is_cut_to_its_size(int size, string body)
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", body: size));

        Assert.Equal(body, await rig.Client.GetStringAsync("/", Stop));
    }

    [Fact]
    public async Task An_arrival_is_recorded_with_number_and_index()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[200_000]) };
        request.Headers.Add(LbHeaders.Request, "12");

        using var answer = await rig.Client.SendAsync(request, Stop);

        var attempt = Assert.Single(rig.Recording.Attempts.Read());
        Assert.Equal((12, 3), (attempt.Request, attempt.Backend));
        Assert.True(attempt.At > TimeSpan.Zero);
        await Eventually.TrueAsync(() => rig.Backend.Served == 1 && rig.Backend.InFlight == 0, "the request is counted as served");
    }

    [Fact]
    public async Task The_health_endpoint_answers_past_queue_latency_errors_and_faults_and_is_not_recorded()
    {
        await using var rig = await BackendRig.StartAsync(
            Rig.Spec("b1", TimeSpan.FromMinutes(10), concurrency: 1, queue: 0, errors: 1));
        rig.Backend.Add("sick", new HttpEffect(1, new HttpStatus(500)));

        Assert.Equal("ok", await rig.Client.GetStringAsync("/healthz", Stop));
        Assert.Empty(rig.Recording.Attempts.Read());
        Assert.Equal(0, rig.Backend.Served);
    }

    [Fact]
    public async Task Only_so_many_are_served_at_once_and_one_more_than_the_queue_holds_is_503_at_once()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", TimeSpan.FromMinutes(10), concurrency: 3, queue: 4));
        var waiting = rig.SendMany(7);
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 7, "all have arrived");
        await Eventually.TrueAsync(() => rig.Backend.Queued == 4, "all but three are in line");

        using var answer = await rig.Client.GetAsync("/", Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("queue-full", answer.Header(LbHeaders.Reason));
        Assert.Equal("b1", answer.Header(LbHeaders.Backend));
        Assert.All(waiting, request => Assert.False(request.IsCompleted));
        await rig.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(waiting));
    }

    [Fact]
    public async Task Queued_requests_wait_for_those_before_them()
    {
        var latency = TimeSpan.FromMilliseconds(10);
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", latency, concurrency: 2));
        var start = Stopwatch.GetTimestamp();

        foreach (var answer in await Task.WhenAll(rig.SendMany(20)))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answer.Dispose();
        }

        // 20 requests, 2 at once: ten rounds of 10 ms, never sooner.
        Assert.True(Stopwatch.GetElapsedTime(start) >= 10 * latency);
    }

    [Fact]
    public async Task No_request_is_answered_before_its_service_time()
    {
        const ulong seed = 7;
        const int requests = 300;
        var mean = TimeSpan.FromMilliseconds(4);
        var service = new ServiceTime(new Exponential(mean), TimeSpan.Zero);
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1") with { Latency = service }, seed: seed);

        // One at a time, so that the n-th request gets the n-th draw.
        var draws = new RandomStream(new RandomStream(seed).NextUInt64());
        var least = TimeSpan.MaxValue;
        for (var i = 0; i < requests; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await rig.Client.GetAsync("/", Stop);
            var took = Stopwatch.GetElapsedTime(start);
            var drawn = service.Sample(draws);
            Assert.True(took >= drawn, $"request {i} took {took.TotalMilliseconds} ms, its service time was {drawn.TotalMilliseconds} ms");
            least = took - drawn < least ? took - drawn : least;
        }

        // Of so many, one at least is not held up by the machine for long.
        Assert.InRange(least, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task The_error_rate_holds()
    {
        const int requests = 2_000;
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", errors: 0.2));
        var errors = 0;
        for (var i = 0; i < requests; i++)
        {
            using var answer = await rig.Client.GetAsync("/", Stop);
            if (answer.StatusCode == HttpStatusCode.InternalServerError)
            {
                Assert.Equal("error", answer.Header(LbHeaders.Reason));
                errors++;
            }
        }

        // Binomial: 400 ± 5 · √(2000 · 0.2 · 0.8) = 400 ± 89.4.
        Assert.InRange(errors, 311, 489);
    }
}
