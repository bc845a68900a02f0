using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Tests.Backends;

/// <summary>Each HTTP fault, as a client right at the backend sees it.</summary>
public class WrongAnswerTests
{
    private static readonly TimeSpan Ages = TimeSpan.FromMinutes(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_status_may_have_a_body_and_say_when_to_come_again(int version)
    {
        await using var rig = await StartAsync(new HttpStatus(503, "try later", TimeSpan.FromSeconds(1.5)), version);

        using var answer = await rig.Client.GetAsync("/", Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("2", answer.Header("Retry-After"));
        Assert.Equal("try later", await answer.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_delay_comes_on_top_of_the_work(int version)
    {
        var (latency, delay) = (TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(50));
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", latency), version);
        rig.Backend.Add("fault", new HttpEffect(1, new HttpDelay(delay)));
        var start = Stopwatch.GetTimestamp();

        using var answer = await rig.Client.GetAsync("/", Stop);

        Assert.True(Stopwatch.GetElapsedTime(start) >= latency + delay);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_delayed_or_hanging_request_takes_a_workers_place()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", concurrency: 2));
        rig.Backend.Add("slow", new HttpEffect(1, new HttpDelay(Ages)) { Path = "/slow" });
        rig.Backend.Add("stuck", new HttpEffect(1, new HttpHang()) { Path = "/stuck" });
        var held = new[] { rig.Client.GetAsync("/slow", Stop), rig.Client.GetAsync("/stuck", Stop) };
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 2, "both are held");

        var healthy = rig.Client.GetAsync("/", Stop);
        await Eventually.TrueAsync(() => rig.Backend.Queued == 1, "the next one waits in line");

        rig.Backend.Remove("slow");
        rig.Backend.Remove("stuck");
        foreach (var answer in await Task.WhenAll([.. held, healthy]))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answer.Dispose();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_hanging_request_is_answered_when_the_fault_ends(int version)
    {
        await using var rig = await StartAsync(new HttpHang(), version);
        var hanging = rig.SendMany(3);
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 3, "all have arrived");
        Assert.All(hanging, request => Assert.False(request.IsCompleted));

        rig.Backend.Remove("fault");

        foreach (var answer in await Task.WhenAll(hanging))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answer.Dispose();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_hanging_request_ends_when_its_client_goes(int version)
    {
        await using var rig = await StartAsync(new HttpHang(), version);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var hanging = rig.Client.GetAsync("/", leave.Token);
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 1, "it has arrived");

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 0, "the backend has noticed");
        Assert.Equal(0, rig.Backend.Served);
    }

    [Fact]
    public async Task A_restart_frees_what_hangs()
    {
        await using var rig = await StartAsync(new HttpHang());
        var hanging = rig.Client.GetAsync("/", Stop);
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 1, "it has arrived");

        rig.Backend.Restart();

        await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 0, "nothing is left");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 1_000)]
    [InlineData(0.9999, 2_000)]
    public async Task A_truncated_body_ends_in_an_ordinary_close(double share, int bytes)
    {
        await using var rig = await StartAsync(new HttpTruncate(share));

        var (received, error) = await RawClient.GetAsync(rig.Backend.EndPoint);

        Assert.Equal(SocketError.Success, error);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", received);
        Assert.Contains("Content-Length: 2001\r\n", received);
        Assert.Equal(bytes, received.Length - received.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4);
        await Eventually.TrueAsync(() => rig.Backend.Served == 1, "it counts as served");
    }

    [Fact]
    public async Task A_truncated_body_resets_the_stream_in_http2_and_the_connection_lives_on()
    {
        await using var rig = await StartAsync(new HttpTruncate(0.5), version: 2);

        await Assert.ThrowsAsync<HttpRequestException>(() => rig.Client.GetStringAsync("/", Stop));

        rig.Backend.Remove("fault");
        Assert.Equal(2_001, (await rig.Client.GetStringAsync("/", Stop)).Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_slow_body_is_whole_and_never_faster_than_asked(int version)
    {
        var pause = TimeSpan.FromMilliseconds(20);
        await using var rig = await StartAsync(new HttpSlowBody(500, pause), version);
        var start = Stopwatch.GetTimestamp();

        var body = await rig.Client.GetStringAsync("/", Stop);

        // 2001 bytes are 5 pieces with 4 pauses between them.
        Assert.True(Stopwatch.GetElapsedTime(start) >= 4 * pause);
        Assert.Equal(2_001, body.Length);
        rig.Backend.Remove("fault");
        Assert.Equal(body, await rig.Client.GetStringAsync("/", Stop));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_head_of_a_slow_body_comes_at_once_and_the_rest_when_the_fault_ends(int version)
    {
        await using var rig = await StartAsync(new HttpSlowBody(100, Ages), version);

        using var answer = await rig.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Stop);
        await using var body = await answer.Content.ReadAsStreamAsync(Stop);
        await body.ReadExactlyAsync(new byte[100], Stop);
        var more = body.ReadAsync(new byte[1], Stop).AsTask();
        Assert.False(more.IsCompleted);

        rig.Backend.Remove("fault");

        Assert.Equal(1, await more);
        await body.ReadExactlyAsync(new byte[1_900], Stop);
        Assert.Equal(0, await body.ReadAsync(new byte[1], Stop));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Headers_are_added_and_overridden(int version)
    {
        await using var rig = await StartAsync(
            new HttpHeaders([("Content-Type", "text/wrong"), ("x-more", "1"), ("Connection", "close")]), version);

        using var answer = await rig.Client.GetAsync("/", Stop);

        Assert.Equal("text/wrong", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("1", answer.Header("x-more"));
        Assert.Equal(version == 1 ? true : null, answer.Headers.ConnectionClose);
        Assert.Equal(2_001, (await answer.Content.ReadAsByteArrayAsync(Stop)).Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_huge_header_has_its_size_and_is_too_large_for_some(int version)
    {
        await using var rig = await StartAsync(new HttpHugeHeader(50_000), version);
        using var answer = await rig.Client.GetAsync("/", Stop);
        Assert.Equal(50_000, answer.Header(HttpHugeHeader.Name)!.Length);

        rig.Backend.Remove("fault");
        rig.Backend.Add("larger", new HttpEffect(1, new HttpHugeHeader(100_000)));

        // .NET's client takes heads of up to 64 KB.
        await Assert.ThrowsAsync<HttpRequestException>(() => rig.Client.GetAsync("/", Stop));
    }

    [Fact]
    public async Task In_http2_a_head_that_is_too_large_costs_other_streams_their_connection()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1"), version: 2);
        rig.Backend.Add("hang", new HttpEffect(1, new HttpHang()) { Path = "/hang" });
        rig.Backend.Add("huge", new HttpEffect(1, new HttpHugeHeader(100_000)) { Path = "/huge" });
        var other = rig.Client.GetAsync("/hang", Stop);
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 1, "it hangs");

        await Assert.ThrowsAsync<HttpRequestException>(() => rig.Client.GetAsync("/huge", Stop));

        await Assert.ThrowsAsync<HttpRequestException>(() => other);
    }

    [Fact]
    public async Task A_fault_hits_only_its_path_and_method()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1"));
        rig.Backend.Add("some", new HttpEffect(1, new HttpStatus(503)) { Path = "/api/*", Method = "POST" });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await rig.Client.PostAsync("/api/items?x=1", null, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await rig.Client.GetAsync("/api/items", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await rig.Client.PostAsync("/other", null, Stop)).StatusCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Any_fault_hits_the_health_endpoint_when_its_path_says_so(int version)
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1"), version);
        foreach (var (name, fault) in new (string, HttpFault)[] { ("truncate", new HttpTruncate(0.5)), ("abort", new HttpAbort(AbortPoint.MidBody)) })
        {
            rig.Backend.Add(name, new HttpEffect(1, fault) { Path = "/healthz" });
            await Assert.ThrowsAsync<HttpRequestException>(() => rig.Client.GetStringAsync("/healthz", Stop));
            Assert.StartsWith("b1\n", await rig.Client.GetStringAsync("/", Stop));
            rig.Backend.Remove(name);
        }

        rig.Backend.Add("hang", new HttpEffect(1, new HttpHang()) { Path = "/health*" });
        var probe = rig.Client.GetStringAsync("/healthz", Stop);
        Assert.StartsWith("b1\n", await rig.Client.GetStringAsync("/", Stop));
        Assert.False(probe.IsCompleted);
        rig.Backend.Remove("hang");
        Assert.Equal("ok", await probe);
    }

    private static async Task<BackendRig> StartAsync(HttpFault fault, int version = 1)
    {
        var rig = await BackendRig.StartAsync(Rig.Spec("b1", body: 2_001), version);
        rig.Backend.Add("fault", new HttpEffect(1, fault));
        return rig;
    }
}
