using System.Net;
using System.Net.Sockets;
using LBTool.Core.Health;
using LBTool.Live.Health;
using LBTool.Live.Tests.Load;

namespace LBTool.Live.Tests.Health;

public class Http1ProbeTests
{
    private static readonly HttpProbe Check = new("GET", "/healthz", [("x-who", "prober")], StatusRanges.Parse("200-299")!, null);

    [Fact]
    public async Task It_asks_as_it_was_told_to()
    {
        await using var server = new RawServer(RawServer.Ok);
        Assert.Equal(new ProbeResult(true, "status 200"), await AskOnceAsync(server, Check));

        var head = Assert.Single(server.Arrivals).Head;
        Assert.Equal($"GET /healthz HTTP/1.1\r\nHost: {server.Address.Authority}\r\nx-who: prober\r\nx-lb-probe: 1\r\n\r\n", head);
    }

    [Theory]
    [InlineData("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", "status 503")]
    [InlineData("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "status 404")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n", "what came is no HTTP answer")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz", "status 200, and the body is no HTTP")]
    public async Task A_wrong_answer_fails(string answer, string text)
    {
        await using var server = new RawServer(answer);
        Assert.Equal(new ProbeResult(false, text), await AskOnceAsync(server, Check));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nall well", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nall well\r\n0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nall we\r\n2;x=y\r\nll\r\n0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;well\r\nall\r\n0\r\nwell: no\r\n\r\n", false)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nall well", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nall ill!", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false)]
    public async Task The_body_must_have_the_text(string answer, bool passes)
    {
        await using var server = new RawServer(answer);
        var result = await AskOnceAsync(server, Check with { Body = "well" });
        Assert.Equal(new ProbeResult(passes, passes ? "status 200" : "status 200 without 'well' in its body"), result);
    }

    [Fact]
    public async Task Of_a_long_body_the_first_part_is_looked_at_and_the_rest_is_read()
    {
        var body = new string('a', 300_000);
        await using var server = new RawServer(arrival => arrival.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length + 6}\r\n\r\nbegin!{body}"));
        using var probe = new Http1Probe(AddressOf(server), Check with { Body = "begin!" });

        Assert.True((await probe.AskAsync()).Passed);
        Assert.True((await probe.AskAsync()).Passed);
        Assert.Equal([1, 2], server.Arrivals.Select(arrival => arrival.Turn));
    }

    [Fact]
    public async Task The_connection_is_kept_and_one_that_was_closed_in_between_is_no_failure()
    {
        await using var server = new RawServer(RawServer.Ok);
        using var probe = new Http1Probe(AddressOf(server), Check);
        Assert.True((await probe.AskAsync()).Passed);
        Assert.True((await probe.AskAsync()).Passed);
        server.Arrivals.Last().Reset();
        Assert.True((await probe.AskAsync()).Passed);

        Assert.Equal([1, 2, 1], server.Arrivals.Select(arrival => arrival.Turn));
    }

    [Fact]
    public async Task A_connection_that_is_closed_under_the_question_is_asked_again_on_a_new_one()
    {
        await using var server = new RawServer(arrival =>
        {
            if (arrival.Turn == 1)
            {
                return arrival.WriteAsync(RawServer.Ok);
            }

            arrival.Close();
            return Task.CompletedTask;
        });
        using var probe = new Http1Probe(AddressOf(server), Check);

        Assert.True((await probe.AskAsync()).Passed);
        Assert.True((await probe.AskAsync()).Passed);
        Assert.Equal([1, 2, 1], server.Arrivals.Select(arrival => arrival.Turn));
    }

    [Fact]
    public async Task A_server_that_closes_without_a_word_fails()
    {
        await using var server = new RawServer(arrival =>
        {
            arrival.Close();
            return Task.CompletedTask;
        });
        Assert.Equal(new ProbeResult(false, "connection closed without an answer"), await AskOnceAsync(server, Check));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_fails()
    {
        await using var server = new RawServer(async arrival =>
        {
            await arrival.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            arrival.Close();
        });
        Assert.Equal(new ProbeResult(false, "status 200, and the body broke off"), await AskOnceAsync(server, Check));
    }

    [Fact]
    public async Task Nobody_there_is_a_refused_connection()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var probe = new Http1Probe((IPEndPoint)taken.LocalEndPoint!, Check);
        using var connect = new TcpProbe((IPEndPoint)taken.LocalEndPoint!, isTls: false);

        Assert.Equal(new ProbeResult(false, "connection refused"), await probe.AskAsync());
        Assert.Equal(new ProbeResult(false, "connection refused"), await connect.AskAsync());
    }

    [Fact]
    public async Task A_question_that_is_cut_ends_and_the_next_one_is_asked_anew()
    {
        var answers = false;
        await using var server = new RawServer(arrival => Volatile.Read(ref answers) ? arrival.WriteAsync(RawServer.Ok) : Task.CompletedTask);
        using var probe = new Http1Probe(AddressOf(server), Check);
        var hung = probe.AskAsync().AsTask();
        await Eventually.TrueAsync(() => !server.Arrivals.IsEmpty, "the question has arrived");

        probe.Cut();
        Assert.False((await hung).Passed);
        Volatile.Write(ref answers, true);
        Assert.True((await probe.AskAsync()).Passed);
    }

    private static async Task<ProbeResult> AskOnceAsync(RawServer server, HttpProbe check)
    {
        using var probe = new Http1Probe(AddressOf(server), check);
        return await probe.AskAsync();
    }

    private static IPEndPoint AddressOf(RawServer server) => new(IPAddress.Loopback, server.Address.Port);

    [Fact]
    public async Task Text_that_comes_in_pieces_across_chunks_is_found()
    {
        await using var server = new RawServer(async arrival =>
        {
            foreach (var piece in new[] { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nal", "l ", "\r\n", "2\r\nwe\r", "\n2\r\nll\r\n0\r\n", "\r\n" })
            {
                await arrival.WriteAsync(piece);
                await Task.Delay(2);
            }
        });
        using var probe = new Http1Probe(AddressOf(server), Check with { Body = "all well" });

        Assert.Equal(new ProbeResult(true, "status 200"), await probe.AskAsync());
        Assert.Equal(new ProbeResult(true, "status 200"), await probe.AskAsync());
        Assert.Equal([1, 2], server.Arrivals.Select(arrival => arrival.Turn));
    }
}
