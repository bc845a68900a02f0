using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Balancing;
using LBTool.Core.HttpFaults;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live.Balancers;
using LBTool.Live.Http;
using LBTool.Live.Tests.Load;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Balancers;

public class FailureTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_refused_connection_is_502_connect_failed(int version)
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var rig = await Rig.InFrontOfAsync((IPEndPoint)bound.LocalEndPoint!, new HttpVersions(version, version));

        using var answer = await rig.SendAsync(1, stop: Stop);

        AssertFailure(answer, HttpStatusCode.BadGateway, "connect-failed");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_backend_that_says_nothing_is_504_timeout_and_not_earlier(int version)
    {
        var timeout = TimeSpan.FromMilliseconds(150);
        await using var rig = await Rig.StartAsync(
            [Rig.Spec("b1", TimeSpan.FromMinutes(10))], new HttpVersions(version, version), timeout);
        var start = Stopwatch.GetTimestamp();

        using var answer = await rig.SendAsync(1, stop: Stop);

        AssertFailure(answer, HttpStatusCode.GatewayTimeout, "timeout");

        // The timer behind it counts whole milliseconds and may be 4 ms early.
        Assert.True(Stopwatch.GetElapsedTime(start) >= timeout - TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public async Task A_timeout_with_a_request_body_is_504_too()
    {
        await using var rig = await Rig.StartAsync(
            [Rig.Spec("b1", TimeSpan.FromMinutes(10))], timeout: TimeSpan.FromMilliseconds(150));

        using var answer = await rig.SendAsync(1, new ByteArrayContent(new byte[100_000]), Stop);

        AssertFailure(answer, HttpStatusCode.GatewayTimeout, "timeout");
    }

    [Theory]
    [InlineData(1, AbortPoint.BeforeHeaders)]
    [InlineData(2, AbortPoint.BeforeHeaders)]
    [InlineData(1, AbortPoint.AfterHeaders)]
    public async Task A_reset_before_the_first_byte_of_the_body_is_502_reset(int version, AbortPoint point)
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1")], new HttpVersions(version, version));
        rig.Backends[0].Add("abort", new HttpEffect(1, new HttpAbort(point)));

        using var answer = await rig.SendAsync(1, stop: Stop);

        AssertFailure(answer, HttpStatusCode.BadGateway, "reset");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public async Task A_body_that_breaks_breaks_for_the_client_as_well(int front, int behind)
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1", body: 10_000)], new HttpVersions(front, behind));
        rig.Backends[0].Add("abort", new HttpEffect(1, new HttpAbort(AbortPoint.MidBody)));

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

    [Fact]
    public async Task A_port_in_use_is_named_with_a_way_out()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = (IPEndPoint)taken.LocalEndpoint;
        var options = new HttpBalancerOptions(address, new HttpVersions(), Rig.LongTimeout);
        await using var balancer = new HttpBalancer(
            new Pool([new Backend("b1", 0)], new RoundRobin()), [address], options, new RunClock(), recording: null);

        var error = await Assert.ThrowsAsync<WorldException>(() => balancer.StartAsync(Stop));

        Assert.Equal(
            $"Cannot listen on {address}: port {address.Port} is in use. "
            + "Choose another port (0 takes a free one), or stop the program that uses it.",
            error.Message);
    }

    [Fact]
    public void A_missing_address_is_an_error()
    {
        var options = new HttpBalancerOptions(new IPEndPoint(IPAddress.Loopback, 0), new HttpVersions(), Rig.LongTimeout);
        var pool = new Pool([new Backend("b1", 0), new Backend("b2", 1)], new RoundRobin());

        var error = Assert.Throws<ArgumentException>(
            () => new HttpBalancer(pool, [new IPEndPoint(IPAddress.Loopback, 1)], options, new RunClock(), recording: null));

        Assert.StartsWith("The pool has 2 backends, but 1 addresses were given", error.Message);
    }

    [Fact]
    public async Task Disposing_cuts_open_requests_and_ends_their_leases()
    {
        var rig = await Rig.StartAsync([Rig.Spec("b1", TimeSpan.FromMinutes(10))], timeout: TimeSpan.FromMinutes(10));
        var request = rig.SendAsync(1, stop: Stop);
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 1, "the request has arrived");

        await rig.Balancer.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), Stop);

        await DrainTests.IsCutAsync(request);
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "the lease has ended");
        await rig.DisposeAsync();
    }

    private static void AssertFailure(HttpResponseMessage answer, HttpStatusCode status, string reason)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("b1", answer.Header(LbHeaders.Backend));
        Assert.Equal(reason, answer.Header(LbHeaders.Reason));
    }

    [Theory]
    [InlineData(504)]
    [InlineData(408)]
    public async Task A_backends_own_timeout_whose_body_breaks_is_broken_and_no_timeout(int status)
    {
        await using var server = new RawServer(arrival => arrival.WriteAsync($"HTTP/1.1 {status} Own\r\nContent-Length: 100\r\n\r\nhalf"));
        await using var rig = await Rig.InFrontOfAsync(new IPEndPoint(IPAddress.Loopback, server.Address.Port));
        using var answer = await rig.SendAsync(1, stop: Stop);
        Assert.Equal(status, (int)answer.StatusCode);

        server.Arrivals.Single().Reset();

        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync(Stop));
        await Eventually.TrueAsync(() => rig.Recording.Leases.Count == 1, "the lease has ended");
        Assert.Equal(LeaseOutcome.Broken, rig.Recording.Leases.Read().Single().Outcome);
    }
}
