using System.Net;
using System.Net.Sockets;
using LBTool.Core.Health;
using LBTool.Core.Randomness;
using LBTool.Live.Backends;
using LBTool.Live.Health;
using LBTool.Live.Http;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Health;

public class TlsProbeTests
{
    private static readonly HttpProbe Check = new("GET", "/healthz", [], StatusRanges.Parse("200")!, Body: "ok");
    private static readonly ProbeResult Failed = new(false, "TLS handshake failed");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_answer_over_tls_is_judged_as_one_in_clear_text(int version)
    {
        await using var backend = await StartAsync(version, alsoTls: true);
        using var probe = new ClientProbe(backend.EndPoint, Check, version, isTls: true);
        using var demanding = new ClientProbe(backend.EndPoint, Check with { Body = "fine" }, version, isTls: true);
        using var connect = new TcpProbe(backend.EndPoint, isTls: true);

        Assert.Equal(new ProbeResult(true, "status 200"), await probe.AskAsync());
        Assert.Equal(new ProbeResult(true, "status 200"), await probe.AskAsync());
        Assert.Equal(new ProbeResult(false, "status 200 without 'fine' in its body"), await demanding.AskAsync());
        Assert.Equal(new ProbeResult(true, "TLS handshake done"), await connect.AskAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_same_port_speaks_clear_text(int version)
    {
        await using var backend = await StartAsync(version, alsoTls: true);
        using Probe probe = version == 2 ? new ClientProbe(backend.EndPoint, Check, version, isTls: false) : new Http1Probe(backend.EndPoint, Check);

        Assert.Equal(new ProbeResult(true, "status 200"), await probe.AskAsync());
    }

    [Fact]
    public async Task A_connection_that_says_nothing_does_not_hold_up_a_backend_that_stops()
    {
        await using var backend = await StartAsync(1, alsoTls: true);
        using var silent = new TcpClient();
        await silent.ConnectAsync(backend.EndPoint, Stop);

        await backend.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60), Stop);

        // It sees the end, or a reset when it was not accepted before.
        var end = await Record.ExceptionAsync(async () =>
            Assert.Equal(0, await silent.GetStream().ReadAsync(new byte[1], Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Stop)));
        Assert.True(end is null or IOException, $"{end}");
    }

    [Fact]
    public async Task Each_question_has_a_connection_of_its_own()
    {
        var connections = 0;
        await using var server = new HttpServer(
            new IPEndPoint(IPAddress.Loopback, 0), httpVersion: 1, context => Task.CompletedTask,
            next => connection =>
            {
                Interlocked.Increment(ref connections);
                return next(connection);
            },
            alsoTls: true);
        await server.StartAsync(Stop);
        using var probe = new ClientProbe(server.EndPoint, Check with { Body = null }, httpVersion: 1, isTls: true);

        for (var asked = 1; asked <= 3; asked++)
        {
            Assert.True((await probe.AskAsync()).Passed);
            Assert.Equal(asked, Volatile.Read(ref connections));
        }
    }

    [Fact]
    public async Task Who_speaks_clear_text_only_fails()
    {
        await using var backend = await StartAsync(1, alsoTls: false);
        using var probe = new ClientProbe(backend.EndPoint, Check, httpVersion: 1, isTls: true);
        using var connect = new TcpProbe(backend.EndPoint, isTls: true);

        Assert.Equal(Failed, await probe.AskAsync());
        Assert.Equal(Failed, await connect.AskAsync());
    }

    [Fact]
    public async Task Nobody_there_is_a_refused_connection()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var probe = new ClientProbe((IPEndPoint)taken.LocalEndPoint!, Check, httpVersion: 1, isTls: true);

        Assert.Equal(new ProbeResult(false, "connection refused"), await probe.AskAsync());
    }

    [Fact]
    public async Task A_handshake_that_hangs_is_cut()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var probe = new ClientProbe((IPEndPoint)silent.LocalEndpoint, Check, httpVersion: 1, isTls: true);
        using var connect = new TcpProbe((IPEndPoint)silent.LocalEndpoint, isTls: true);

        foreach (var asking in new Probe[] { probe, connect })
        {
            var hung = asking.AskAsync().AsTask();
            using var accepted = await silent.AcceptSocketAsync(Stop);
            asking.Cut();
            Assert.False((await hung.WaitAsync(TimeSpan.FromSeconds(60), Stop)).Passed);
        }
    }

    private static async Task<FakeBackend> StartAsync(int version, bool alsoTls)
    {
        var backend = new FakeBackend(Rig.Spec("b1"), 0, version, new RandomStream(1), new RunClock(), recording: null, alsoTls);
        await backend.StartAsync(Stop);
        return backend;
    }
}
