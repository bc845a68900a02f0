using System.Net;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.HttpFaults;
using LBTool.Core.Limits;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;

namespace LBTool.Live.Tests.Balancers;

/// <summary>One backend that gets one request at a time, and hangs until it is told to go on.</summary>
public class LimitTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Overflow_is_503_at_once_and_the_queue_goes_in_order()
    {
        await using var rig = await StartAsync(new QueueSpec(1, TimeSpan.FromMinutes(5)));
        var first = rig.SendAsync(1, stop: Stop);
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 1, "the first has arrived");
        var second = rig.SendAsync(2, stop: Stop);
        var third = rig.SendAsync(3, stop: Stop);

        // One of them waits, and the other one finds the line full.
        using var refused = await await Task.WhenAny(second, third);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "overflow"), (refused.StatusCode, refused.Header(LbHeaders.Reason)));
        Assert.Equal(1, rig.Pool.InFlight);

        rig.Backends[0].Remove("hang");
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await (second.IsCompleted && (await second).StatusCode != HttpStatusCode.OK ? third : second)).StatusCode);
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "every lease has ended");
        Assert.Equal(2, rig.Recording.Leases.Read().Count());
    }

    [Fact]
    public async Task Who_waits_too_long_is_503_queue_timeout()
    {
        await using var rig = await StartAsync(new QueueSpec(5, TimeSpan.FromMilliseconds(100)));
        var first = rig.SendAsync(1, stop: Stop);
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 1, "the first has arrived");

        using var second = await rig.SendAsync(2, stop: Stop);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "queue-timeout"), (second.StatusCode, second.Header(LbHeaders.Reason)));
        rig.Backends[0].Remove("hang");
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_the_queue()
    {
        await using var rig = await StartAsync(new QueueSpec(1, TimeSpan.FromMinutes(5)));
        var first = rig.SendAsync(1, stop: Stop);
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 1, "the first has arrived");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.SendAsync(2, stop: patience.Token));

        rig.Backends[0].Remove("hang");
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);

        // Had it been served, its lease would never end.
        using var third = await rig.SendAsync(3, stop: Stop);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "every lease has ended");
    }

    [Theory]
    [InlineData(OnLost.Redistribute, 200, null)]
    [InlineData(OnLost.Refuse, 503, "session-lost")]
    public async Task Who_waits_for_the_backend_of_its_session_waits_no_longer_when_that_goes(OnLost onLost, int status, string? reason)
    {
        await using var rig = await Rig.StartAsync(
            [Rig.Spec("b1"), Rig.Spec("b2")],
            configure: options => options with
            {
                Queue = new QueueSpec(1, TimeSpan.FromMinutes(5)),
                Sticky = new Sticky(new KeySource(KeyPart.Client, null), onLost),
                SessionKey = new RandomStream(1),
            },
            maxInFlight: 1);
        rig.Backends[0].Add("hang", new HttpEffect(1, new HttpHang()));
        var first = rig.SendAsync(1, stop: Stop);
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 1, "the first has arrived");
        var (second, third) = (rig.SendAsync(2, stop: Stop), rig.SendAsync(3, stop: Stop));
        var refused = await Task.WhenAny(second, third);
        Assert.Equal("overflow", (await refused).Header(LbHeaders.Reason));

        rig.Pool.SetAvailable(rig.Pool.Backends[0], false, TimeSpan.Zero);

        using var waited = await (refused == second ? third : second);
        Assert.Equal((status, reason), ((int)waited.StatusCode, waited.Header(LbHeaders.Reason)));
        rig.Backends[0].Remove("hang");
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
    }

    // 50 clients at once over a limit of 4: it is what the backend sees too.
    [Fact]
    public async Task The_backend_never_sees_more_than_the_limit()
    {
        await using var rig = await Rig.StartAsync(
            [Rig.Spec("b1", TimeSpan.FromMilliseconds(1))],
            configure: options => options with { Queue = new QueueSpec(1_000, TimeSpan.FromMinutes(5)) },
            maxInFlight: 4);
        var most = 0;
        await Task.WhenAll(Enumerable.Range(1, 500).Select(async number =>
        {
            using var answer = await rig.SendAsync(number, stop: Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            most = Math.Max(most, rig.Backends[0].InFlight);
        }));

        Assert.InRange(most, 0, 4);
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "every lease has ended");
        Assert.Equal(500, rig.Recording.Leases.Read().Count());
    }

    private static async Task<Rig> StartAsync(QueueSpec queue)
    {
        var rig = await Rig.StartAsync([Rig.Spec("b1")], configure: options => options with { Queue = queue }, maxInFlight: 1);
        rig.Backends[0].Add("hang", new HttpEffect(1, new HttpHang()));
        return rig;
    }
}
