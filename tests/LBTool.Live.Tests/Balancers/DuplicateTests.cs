using System.Net;
using System.Net.Sockets;
using LBTool.Core.HttpFaults;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Backends;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Balancers;

/// <summary>.NET's HTTP client would send some requests again without a word; here it never does.</summary>
public class DuplicateTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_that_closes_in_place_of_an_answer_makes_no_duplicate()
        => await AssertSentOnceAsync(body: null);

    [Fact]
    public async Task A_post_is_never_two_at_the_backend() => await AssertSentOnceAsync(new ByteArrayContent(new byte[10]));

    [Fact]
    public async Task A_post_with_an_empty_body_is_never_two_at_the_backend() => await AssertSentOnceAsync(new ByteArrayContent([]));

    private static async Task AssertSentOnceAsync(HttpContent? body)
    {
        var recording = new Recording();
        await using var backend = new FakeBackend(Rig.Spec("b1"), 0, 1, new RandomStream(1), new RunClock(), recording);
        await backend.StartAsync(Stop);
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var serving = CloseInsteadOfAnsweringAsync(mute, backend.EndPoint);
        await using var rig = await Rig.InFrontOfAsync((IPEndPoint)mute.LocalEndpoint);

        using var answer = await rig.Client.SendAsync(rig.Request(2, body), Stop);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("reset", answer.Header(Http.LbHeaders.Reason));
        Assert.Single(rig.Recording.Leases.Read());
        Assert.Single(recording.Attempts.Read(), attempt => attempt.Request == 2);
        mute.Stop();

        // It waits for the next connection, or is just about to.
        var ended = await Assert.ThrowsAnyAsync<Exception>(() => serving);
        Assert.True(ended is SocketException or InvalidOperationException, ended.ToString());
    }

    [Fact]
    public async Task A_reset_is_not_tried_again()
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1")]);
        using (await rig.Client.SendAsync(rig.Request(1), Stop))
        {
            // Leaves an open connection between balancer and backend.
        }

        rig.Backends[0].Add("abort", new HttpEffect(1, new HttpAbort(AbortPoint.BeforeHeaders)));
        using var answer = await rig.Client.SendAsync(rig.Request(2), Stop);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Single(rig.Recording.Attempts.Read(), attempt => attempt.Request == 2);
    }

    // Passes the request on, waits until the backend has answered, and ends the connection in good order.
    private static async Task CloseInsteadOfAnsweringAsync(TcpListener listener, IPEndPoint backend)
    {
        while (true)
        {
            using var client = await listener.AcceptSocketAsync(Stop);
            using var upstream = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await upstream.ConnectAsync(backend, Stop);
            var passing = PassOnAsync(client, upstream);
            await upstream.ReceiveAsync(new byte[4096], Stop);
            client.Shutdown(SocketShutdown.Both);
            await passing;
        }
    }

    // Head and body of a request may come one by one.
    private static async Task PassOnAsync(Socket client, Socket upstream)
    {
        var buffer = new byte[4096];
        while (await client.ReceiveAsync(buffer, Stop) is > 0 and var read)
        {
            await upstream.SendAsync(buffer.AsMemory(0, read), Stop);
        }
    }
}
