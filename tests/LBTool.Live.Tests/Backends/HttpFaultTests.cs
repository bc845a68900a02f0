using System.Net;
using System.Net.Sockets;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;

namespace LBTool.Live.Tests.Backends;

public class HttpFaultTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_status_fault_answers_at_once_instead_of_the_work_until_it_is_removed()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", TimeSpan.FromMinutes(10)));
        rig.Backend.Add("teapot", new HttpEffect(1, new HttpStatus(418)));

        using var answer = await rig.Client.GetAsync("/", Stop);

        Assert.Equal((HttpStatusCode)418, answer.StatusCode);
        Assert.Equal("b1", answer.Header(LbHeaders.Backend));
        Assert.Equal("fault", answer.Header(LbHeaders.Reason));
        Assert.True(rig.Backend.Remove("teapot"));
        Assert.False(rig.Backend.Remove("teapot"));
    }

    [Fact]
    public async Task After_its_removal_a_fault_hits_nobody()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1"));
        rig.Backend.Add("a", new HttpEffect(1, new HttpStatus(500)));
        rig.Backend.Remove("a");

        using var answer = await rig.Client.GetAsync("/", Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_fault_hits_its_share_of_requests()
    {
        const int requests = 1_000;
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1"));
        rig.Backend.Add("some", new HttpEffect(0.3, new HttpStatus(503)));
        var hits = 0;
        for (var i = 0; i < requests; i++)
        {
            using var answer = await rig.Client.GetAsync("/", Stop);
            hits += answer.StatusCode == HttpStatusCode.ServiceUnavailable ? 1 : 0;
        }

        // Binomial: 300 ± 5 · √(1000 · 0.3 · 0.7) = 300 ± 72.5.
        Assert.InRange(hits, 228, 372);
    }

    [Fact]
    public async Task Two_faults_of_one_name_are_an_error()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1"));
        var effect = new HttpEffect(1, new HttpStatus(500));
        rig.Backend.Add("twice", effect);

        var error = Assert.Throws<ArgumentException>(() => rig.Backend.Add("twice", effect));

        Assert.StartsWith("A fault named 'twice' acts on this backend already.", error.Message);
    }

    [Theory]
    [InlineData(AbortPoint.BeforeHeaders, 0)]
    [InlineData(AbortPoint.AfterHeaders, 0)]
    [InlineData(AbortPoint.MidBody, 1_000)]
    public async Task An_abort_delivers_all_that_comes_before_it_and_then_resets(AbortPoint point, int bodyBytes)
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", body: 2_001));
        rig.Backend.Add("abort", new HttpEffect(1, new HttpAbort(point)));

        // Many times: a reset that overtakes the bytes before it does so only now and then.
        for (var i = 0; i < 200; i++)
        {
            var (received, error) = await RawClient.GetAsync(rig.Backend.EndPoint);

            Assert.Equal(SocketError.ConnectionReset, error);
            var end = received.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            Assert.Equal(point == AbortPoint.BeforeHeaders, end < 0);
            if (end >= 0)
            {
                Assert.StartsWith("HTTP/1.1 200 OK\r\nContent-Length: 2001\r\nx-lb-backend: b1\r\n", received);
                Assert.Equal(bodyBytes, received.Length - end - 4);
            }
        }
    }

    [Theory]
    [InlineData(AbortPoint.BeforeHeaders)]
    [InlineData(AbortPoint.AfterHeaders)]
    [InlineData(AbortPoint.MidBody)]
    public async Task An_abort_resets_the_stream_in_http2_and_the_connection_lives_on(AbortPoint point)
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", body: 2_000), version: 2);
        rig.Backend.Add("abort", new HttpEffect(1, new HttpAbort(point)));

        await Assert.ThrowsAsync<HttpRequestException>(() => rig.Client.GetStringAsync("/", Stop));

        rig.Backend.Remove("abort");
        Assert.Equal(2_000, (await rig.Client.GetStringAsync("/", Stop)).Length);
    }
}
