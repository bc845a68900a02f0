using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Health;
using LBTool.Core.HttpFaults;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;
using LBTool.Live.Balancers;
using LBTool.Live.Http;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Balancers;

public class DrainTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_is_in_flight_ends_by_itself_and_nothing_new_is_sent(int version)
    {
        await using var draining = await StartAsync(new HttpVersions(version, version));
        var rig = draining.Rig;
        rig.Backends[0].Add("hang", new HttpEffect(1, new HttpHang()));
        var held = rig.SendAsync(1, stop: Stop);
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 1, "the request is at b1");

        var drain = draining.Begin(0, Long);
        for (var number = 2; number < 12; number++)
        {
            using var other = await rig.SendAsync(number, stop: Stop);
            Assert.Equal("b2", other.Header(LbHeaders.Backend));
        }

        Assert.Equal((DrainStep.Draining, 1), (draining.Progress(drain).Step, draining.Progress(drain).InFlight));
        rig.Backends[0].Remove("hang");
        using var answer = await held;
        Assert.Equal((HttpStatusCode.OK, "b1"), (answer.StatusCode, answer.Header(LbHeaders.Backend)));
        await Eventually.TrueAsync(() => draining.Progress(drain).Step == DrainStep.Drained, "b1 is drained");
        Assert.Empty(draining.Progress(drain).Cut);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_request_is_cut_at_the_deadline_and_not_earlier(int version)
    {
        var deadline = TimeSpan.FromMilliseconds(200);
        await using var draining = await StartAsync(new HttpVersions(version, version));
        var rig = draining.Rig;
        rig.Backends[0].Add("hang", new HttpEffect(1, new HttpHang()));
        var held = rig.SendAsync(1, stop: Stop);
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 1, "the request is at b1");
        var start = Stopwatch.GetTimestamp();

        var drain = draining.Begin(0, deadline);
        using var answer = await held;

        Assert.True(Stopwatch.GetElapsedTime(start) >= deadline);
        Assert.Equal((HttpStatusCode.BadGateway, "cut"), (answer.StatusCode, answer.Header(LbHeaders.Reason)));
        await Eventually.TrueAsync(() => draining.Progress(drain).Step == DrainStep.Drained, "b1 is drained");
        Assert.Equal(LeaseOutcome.Cut, Assert.Single(rig.Recording.Leases.Read()).Outcome);
        Assert.Equal(1, draining.Progress(drain).Cut[CutKind.Request]);
    }

    [Fact]
    public async Task A_stream_is_cut_as_one_and_never_looks_whole()
    {
        await using var draining = await StartAsync();
        var rig = draining.Rig;
        rig.Backends[0].Add("slow", new HttpEffect(1, new HttpSlowBody(1, Long)));
        using var answer = await rig.SendAsync(1, stop: Stop);

        var drain = draining.Begin(0, TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAsync<HttpRequestException>(() => answer.Content.ReadAsByteArrayAsync(Stop));
        await Eventually.TrueAsync(() => draining.Progress(drain).Step == DrainStep.Drained, "b1 is drained");
        Assert.Equal(1, draining.Progress(drain).Cut[CutKind.Stream]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public async Task A_web_socket_is_cut_as_one(int front, int behind)
    {
        await using var backend = await ForwardingTests.ServeAsync(behind, WebSocketTests.EchoAsync);
        await using var draining = await InFrontOfAsync(backend.EndPoint, new HttpVersions(front, behind));
        var rig = draining.Rig;
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = rig.Client.DefaultRequestVersion;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new Uri($"ws://{rig.Balancer.EndPoint}/echo"), rig.Client, Stop);
        Assert.Equal("hello", await WebSocketTests.AskAsync(socket, "hello"));

        var drain = draining.Begin(0, TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[100], Stop).WaitAsync(TimeSpan.FromSeconds(60), Stop));
        await Eventually.TrueAsync(() => draining.Progress(drain).Step == DrainStep.Drained, "b1 is drained");
        Assert.Equal(1, draining.Progress(drain).Cut[CutKind.WebSocket]);
    }

    [Fact]
    public async Task Connections_to_a_drained_backend_are_closed_and_new_ones_are_made_when_it_is_back()
    {
        await using var draining = await StartAsync();
        var rig = draining.Rig;
        using (await rig.SendAsync(1, stop: Stop))
        {
            // Leaves an idle connection to b1.
        }

        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "the lease has ended");
        var drain = draining.Begin(0, Long);
        Assert.Equal(DrainStep.Drained, draining.Progress(drain).Step);

        // Returns when no connection is left: it would wait for an idle one, as that has no request that ends.
        await rig.Backends[0].StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60), Stop);
        await rig.Backends[0].StartAsync(Stop);
        Assert.True(drain.Cancel(TimeSpan.Zero));
        for (var number = 2; number < 6; number++)
        {
            using var answer = await rig.SendAsync(number, stop: Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Contains(rig.Recording.Leases.Read(), lease => lease is { Request: > 1, Backend: 0 });
    }

    [Fact]
    public async Task A_drain_that_is_cancelled_leaves_what_is_in_flight_alone()
    {
        await using var draining = await StartAsync();
        var rig = draining.Rig;
        rig.Backends[0].Add("hang", new HttpEffect(1, new HttpHang()));
        var held = rig.SendAsync(1, stop: Stop);
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 1, "the request is at b1");
        var drain = draining.Begin(0, Long);

        Assert.True(drain.Cancel(TimeSpan.Zero));
        draining.Pass(Long);
        rig.Backends[0].Remove("hang");

        Assert.Equal(HttpStatusCode.OK, (await held).StatusCode);
    }

    [Fact]
    public async Task Keep_alive_clients_of_a_draining_balancer_are_told_to_go()
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1")]);
        rig.Backends[0].Add("hang", new HttpEffect(1, new HttpHang()));
        var held = rig.SendAsync(1, stop: Stop);
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 1, "the request has arrived");

        var drain = rig.Balancer.DrainAsync(Long);
        await Unwelcome.IsAsync(() => rig.SendAsync(2, stop: Stop));
        Assert.False(drain.IsCompleted);
        rig.Backends[0].Remove("hang");

        using var answer = await held;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.ConnectionClose);
        Assert.Empty((await drain.WaitAsync(TimeSpan.FromSeconds(60), Stop)).ByKind);
    }

    [Fact]
    public async Task Goaway_tells_http2_clients_to_go_while_what_they_asked_is_answered()
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1")], new HttpVersions(2, 1));
        rig.Backends[0].Add("hang", new HttpEffect(1, new HttpHang()));
        await using var client = await Http2Wire.ConnectAsync(rig.Balancer.EndPoint);
        await client.GetAsync(stream: 1);
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 1, "the request has arrived");

        var drain = rig.Balancer.DrainAsync(Long);
        var frames = new List<Http2Wire.Frame> { (await NextAsync(client))! };
        Assert.Equal((Http2Wire.GoAway, 0), (frames[0].Type, frames[0].Going.Error));
        Assert.True(frames[0].Going.Last >= 1, "the stream that is open is among those that are served");
        rig.Backends[0].Remove("hang");
        while (!frames.Exists(frame => frame is { EndsStream: true, Stream: 1 }))
        {
            frames.Add(Assert.IsType<Http2Wire.Frame>(await NextAsync(client)));
        }

        Assert.Contains(frames, frame => frame is { Type: Http2Wire.Headers, Stream: 1 });

        // As a client does that was told to go.
        await client.DisposeAsync();
        Assert.Empty((await drain.WaitAsync(TimeSpan.FromSeconds(60), Stop)).ByKind);
    }

    [Fact]
    public async Task Http2_clients_of_a_draining_balancer_get_their_answer_and_then_no_connection()
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1")], new HttpVersions(2, 1));
        rig.Backends[0].Add("hang", new HttpEffect(1, new HttpHang()));
        var held = rig.SendAsync(1, stop: Stop);
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 1, "the request has arrived");

        var drain = rig.Balancer.DrainAsync(Long);
        rig.Backends[0].Remove("hang");

        using var answer = await held;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty((await drain.WaitAsync(TimeSpan.FromSeconds(60), Stop)).ByKind);
        await Unwelcome.IsAsync(() => rig.SendAsync(2, stop: Stop));
    }

    [Fact]
    public async Task A_draining_balancer_cuts_what_is_left_at_its_deadline()
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1", Long)], timeout: Long);
        var held = rig.SendAsync(1, stop: Stop);
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 1, "the request has arrived");

        var start = Stopwatch.GetTimestamp();
        var deadline = TimeSpan.FromMilliseconds(100);
        var cut = await rig.Balancer.DrainAsync(deadline);

        Assert.True(Stopwatch.GetElapsedTime(start) >= deadline);
        Assert.Equal(1, cut.ByKind[CutKind.Request]);

        await IsCutAsync(held);
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "the lease has ended");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public async Task A_web_socket_goes_on_until_the_deadline_of_a_draining_balancer(int front, int behind)
    {
        await using var backend = await ForwardingTests.ServeAsync(behind, WebSocketTests.EchoAsync);
        await using var rig = await Rig.InFrontOfAsync(backend.EndPoint, new HttpVersions(front, behind));
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = rig.Client.DefaultRequestVersion;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new Uri($"ws://{rig.Balancer.EndPoint}/echo"), rig.Client, Stop);
        var (start, deadline) = (Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(1));

        var drain = rig.Balancer.DrainAsync(deadline);
        Assert.Equal("still there?", await WebSocketTests.AskAsync(socket, "still there?"));
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[100], Stop).WaitAsync(TimeSpan.FromSeconds(60), Stop));

        Assert.True(Stopwatch.GetElapsedTime(start) >= deadline);
        Assert.Equal(1, (await drain).ByKind[CutKind.WebSocket]);
    }

    /// <summary>The client of a request that was cut is told so, unless the end of its connection comes first.</summary>
    internal static async Task IsCutAsync(Task<HttpResponseMessage> request)
    {
        if (await Record.ExceptionAsync(() => request) is { } failure)
        {
            Assert.IsType<HttpRequestException>(failure);
        }
        else
        {
            using var answer = await request;
            Assert.Equal((HttpStatusCode.BadGateway, "cut"), (answer.StatusCode, answer.Header(LbHeaders.Reason)));
        }
    }

    // Acknowledgements and the like say nothing here.
    private static async Task<Http2Wire.Frame?> NextAsync(Http2Wire client)
    {
        while (await client.ReadAsync() is { } frame)
        {
            if (frame.Type is Http2Wire.Headers or Http2Wire.Data or Http2Wire.GoAway)
            {
                return frame;
            }
        }

        return null;
    }

    private static Task<Draining> StartAsync(HttpVersions? versions = null) => Draining.CreateAsync(
        configure => Rig.StartAsync([Rig.Spec("b1", body: 1_000), Rig.Spec("b2")], versions, configure: configure));

    private static Task<Draining> InFrontOfAsync(IPEndPoint address, HttpVersions versions) =>
        Draining.CreateAsync(configure => Rig.InFrontOfAsync(address, versions, configure: configure));

    /// <summary>A balancer whose backends can be drained.</summary>
    private sealed class Draining : IAsyncDisposable
    {
        private readonly RunClock _clock = new();
        private readonly CancellationTokenSource _over = new();
        private Drains _drains = null!;

        public required Rig Rig { get; init; }

        public static async Task<Draining> CreateAsync(Func<Func<HttpBalancerOptions, HttpBalancerOptions>, Task<Rig>> start)
        {
            Draining? draining = null;
            var rig = await start(options => options with { CountCut = (backend, kind, count) => draining!._drains.CountCut(backend, kind, count) });
            draining = new Draining { Rig = rig };
            draining._clock.Start();
            var board = new HealthBoard(rig.Pool, HealthRules.None, new EventBook(), () => draining._clock.Now);
            draining._drains = new Drains(rig.Pool, board, new EventBook(), rig.Balancer.Cut)
            {
                Drained = drain => rig.Balancer.CloseConnections(drain.Backend),
                DeadlineDue = due => _ = draining.AdvanceAsync(due),
            };
            return draining;
        }

        public Drain Begin(int backend, TimeSpan deadline) => _drains.Begin(Rig.Pool.Backends[backend], _clock.Now, deadline);

        /// <summary>Does what is due when so much time has passed.</summary>
        public void Pass(TimeSpan time) => _drains.Advance(_clock.Now + time);

        public DrainProgress Progress(Drain drain) => drain.ProgressAt(_clock.Now);

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await Rig.DisposeAsync();
        }

        private async Task AdvanceAsync(TimeSpan due)
        {
            await PreciseTimer.Shared.UntilAsync(_clock.TimestampOf(due), _over.Token);
            _drains.Advance(_clock.Now);
        }
    }
}
