using System.Net;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;

namespace LBTool.Live.Tests.Balancers;

/// <summary>Each HTTP fault, as a client in front of the balancer sees it.</summary>
public class HttpFaultTests
{
    private static readonly TimeSpan Ages = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortTimeout = TimeSpan.FromMilliseconds(150);

    public static TheoryData<int, int> Versions => new() { { 1, 1 }, { 1, 2 }, { 2, 1 }, { 2, 2 } };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_status_is_passed_on_whole(int front, int behind)
    {
        await using var rig = await StartAsync(new HttpStatus(503, "try later", TimeSpan.FromSeconds(7)), front, behind);

        using var answer = await rig.SendAsync(1, stop: Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(("b1", "fault", "7"), (answer.Header(LbHeaders.Backend), answer.Header(LbHeaders.Reason), answer.Header("Retry-After")));
        Assert.Equal("try later", await answer.Content.ReadAsStringAsync(Stop));
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "the lease has ended");
        Assert.False(Assert.Single(rig.Recording.Leases.Read()).Ok);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_delay_or_hang_beyond_the_timeout_is_504(int front, int behind)
    {
        foreach (var fault in new HttpFault[] { new HttpDelay(Ages), new HttpHang() })
        {
            await using var rig = await StartAsync(fault, front, behind, ShortTimeout);

            using var answer = await rig.SendAsync(1, stop: Stop);

            Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
            Assert.Equal("timeout", answer.Header(LbHeaders.Reason));
            await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 0, "the backend has let go of it");
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_truncated_body_breaks_for_the_client_as_well(int front, int behind)
    {
        await using var rig = await StartAsync(new HttpTruncate(0.5), front, behind);

        await AssertBrokenAsync(rig);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_slow_body_is_passed_on_as_it_comes_and_whole(int front, int behind)
    {
        await using var rig = await StartAsync(new HttpSlowBody(4_000, Ages), front, behind);

        using var answer = await rig.SendAsync(1, stop: Stop);
        await using var body = await answer.Content.ReadAsStreamAsync(Stop);
        await body.ReadExactlyAsync(new byte[4_000], Stop);
        Assert.Equal(1, rig.Pool.InFlight);

        rig.Backends[0].Remove("fault");

        await body.ReadExactlyAsync(new byte[6_000], Stop);
        Assert.Equal(0, await body.ReadAsync(new byte[1], Stop));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_slow_body_with_pauses_beyond_the_timeout_breaks(int front, int behind)
    {
        await using var rig = await StartAsync(new HttpSlowBody(4_000, Ages), front, behind, ShortTimeout);

        await AssertBrokenAsync(rig);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Wrong_headers_are_passed_on_but_for_those_of_the_connection(int front, int behind)
    {
        await using var rig = await StartAsync(
            new HttpHeaders([("Content-Type", "text/wrong"), ("x-more", "1"), ("Connection", "close")]), front, behind);

        using var answer = await rig.SendAsync(1, stop: Stop);

        Assert.Equal("text/wrong", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("1", answer.Header("x-more"));
        Assert.NotEqual(true, answer.Headers.ConnectionClose);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_huge_header_is_passed_on_up_to_a_size_and_is_502_beyond(int front, int behind)
    {
        await using var rig = await StartAsync(new HttpHugeHeader(50_000), front, behind);
        using var answer = await rig.SendAsync(1, stop: Stop);
        Assert.Equal(50_000, answer.Header(HttpHugeHeader.Name)!.Length);

        rig.Backends[0].Remove("fault");
        rig.Backends[0].Add("larger", new HttpEffect(1, new HttpHugeHeader(100_000)));
        using var refused = await rig.SendAsync(2, stop: Stop);

        Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);

        // In HTTP/2 the client behind it gives up the connection, and does not say why.
        Assert.Equal(behind == 1 ? "invalid-answer" : "reset", refused.Header(LbHeaders.Reason));
    }

    private static async Task AssertBrokenAsync(Rig rig)
    {
        var broken = await Record.ExceptionAsync(async () =>
        {
            using var answer = await rig.SendAsync(1, stop: Stop);
            await answer.Content.ReadAsByteArrayAsync(Stop);

            // A reset stream may overtake its own body; then the balancer can still say so.
            answer.EnsureSuccessStatusCode();
        });

        Assert.IsType<HttpRequestException>(broken);
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "the lease has ended");
        Assert.False(Assert.Single(rig.Recording.Leases.Read()).Ok);
    }

    private static async Task<Rig> StartAsync(HttpFault fault, int front, int behind, TimeSpan? timeout = null)
    {
        var rig = await Rig.StartAsync([Rig.Spec("b1", body: 10_000)], new HttpVersions(front, behind), timeout);
        rig.Backends[0].Add("fault", new HttpEffect(1, fault));
        return rig;
    }
}
