using System.Net;
using System.Net.Sockets;
using System.Text;
using LBTool.Core.Runs;
using LBTool.Live.Tests.Faults;
using LBTool.Live.Toxiproxy;

namespace LBTool.Live.Tests.Toxiproxy;

/// <summary>The API over HTTP: what only a connection shows.</summary>
public class ToxiproxyServerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/version", "200 OK", "application/json;charset=utf-8", true, false)]
    [InlineData("GET", "/proxies", "200 OK", "application/json", true, false)]
    [InlineData("GET", "/proxies/nope", "404 Not Found", "text/plain; charset=utf-8", true, true)]
    [InlineData("GET", "/nope", "404 Not Found", "text/plain; charset=utf-8", false, true)]
    [InlineData("PUT", "/proxies", "405 Method Not Allowed", null, false, false)]
    [InlineData("POST", "/reset", "204 No Content", null, true, false)]
    [InlineData("GET", "/metrics", "200 OK", "text/plain; version=0.0.4; charset=utf-8", true, false)]
    public async Task Headers_are_those_of_the_contract(string method, string path, string status, string? type, bool id, bool noSniff)
    {
        await using var server = await StartAsync();
        var head = await ExchangeAsync(server, $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status}\r\n", head, StringComparison.Ordinal);
        Assert.Equal(type is not null, head.Contains($"\r\nContent-Type: {type}\r\n", StringComparison.Ordinal));
        Assert.Equal(type is null, !head.Contains("\r\nContent-Type:", StringComparison.Ordinal));
        Assert.Equal(id, head.Contains("\r\nX-Toxiproxy-Request-Id: ", StringComparison.Ordinal));
        Assert.Equal(noSniff, head.Contains("\r\nX-Content-Type-Options: nosniff\r\n", StringComparison.Ordinal));
        Assert.DoesNotContain("Allow:", head);
        Assert.DoesNotContain("Server:", head);
    }

    [Fact]
    public async Task A_path_with_two_slashes_is_redirected()
    {
        await using var server = await StartAsync();
        var head = await ExchangeAsync(server, "GET //proxies HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 301 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nLocation: /proxies\r\n", head);
    }

    [Fact]
    public async Task A_browser_is_refused()
    {
        await using var server = await StartAsync();
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0");
        using var answer = await client.GetAsync("proxies", Stop);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("User agent not allowed\n", await answer.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task A_body_may_come_in_pieces_and_not_be_endless()
    {
        await using var server = await StartAsync();
        using var client = new HttpClient { BaseAddress = server.Address };
        using var chunked = new StreamContent(new MemoryStream("""{"name":"a","upstream":"x","enabled":false}"""u8.ToArray()));
        using var request = new HttpRequestMessage(HttpMethod.Post, "proxies") { Content = chunked };
        request.Headers.TransferEncodingChunked = true;
        using var created = await client.SendAsync(request, Stop);
        using var huge = new ByteArrayContent(new byte[17 * 1024 * 1024]);
        using var refused = await client.PostAsync("proxies", huge, Stop);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("bad body", ApiRig.BadBody("400 " + await refused.Content.ReadAsStringAsync(Stop)));
    }

    // The peer reads nothing, so that the links are stuck in the middle of writing: Toxiproxy's calls hang here.
    [Fact]
    public async Task Nothing_hangs_while_a_peer_does_not_read()
    {
        await using var server = await StartAsync();
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(60) };
        using var upstream = Wire.Listen();
        var listen = await server.PopulateOneAsync(upstream.LocalEndPoint!);
        using var sender = new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        await sender.ConnectAsync(listen, Stop);
        using var receiver = await upstream.AcceptAsync(Stop);
        using var flooding = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var flood = FloodAsync(sender, flooding.Token);

        foreach (var (method, path, body) in new[]
        {
            ("POST", "proxies/a/toxics", """{"type":"latency","stream":"upstream","attributes":{"latency":10}}"""),
            ("PATCH", "proxies/a/toxics/latency_upstream", """{"attributes":{"latency":20}}"""),
            ("GET", "proxies", ""),
            ("DELETE", "proxies/a/toxics/latency_upstream", ""),
            ("POST", "proxies/a", """{"enabled":false}"""),
            ("DELETE", "proxies/a", ""),
        })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body) };
            using var answer = await client.SendAsync(request, Stop);
            Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode}");
        }

        await flooding.CancelAsync();
        await flood;
    }

    [Fact]
    public async Task A_busy_port_is_a_failure_of_the_world()
    {
        await using var first = await StartAsync();
        await using var second = new ToxiproxyServer(new ToxiproxyOptions { Listen = new IPEndPoint(IPAddress.Loopback, first.Address.Port) });

        var failure = await Assert.ThrowsAsync<WorldException>(() => second.StartAsync(Stop));
        Assert.Contains($"{first.Address.Port}", failure.Message);
    }

    [Fact]
    public async Task A_configuration_tells_what_it_made_and_what_is_wrong_with_it()
    {
        await using var server = await StartAsync();
        var (made, error) = await server.PopulateAsync("""[{"name":"a","upstream":"x:1","listen":"junk","enabled":false},{"name":"b","upstream":"y:1","listen":"junk"}]"""u8.ToArray());

        Assert.Equal(["a junk -> x:1"], made);
        Assert.Equal("listen tcp: address junk: missing port in address", error);
    }

    private static async Task<ToxiproxyServer> StartAsync()
    {
        var server = new ToxiproxyServer(new ToxiproxyOptions { Seed = 1 });
        await server.StartAsync(Stop);
        return server;
    }

    private static async Task<string> ExchangeAsync(ToxiproxyServer server, string request)
    {
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPEndPoint.Parse(server.Address.Authority), Peer.Deadline());
        await client.SayAsync(request);
        using var answer = new MemoryStream();
        await using var stream = new NetworkStream(client);
        await stream.CopyToAsync(answer, Stop);
        return Encoding.ASCII.GetString(answer.ToArray());
    }

    private static async Task FloodAsync(Socket sender, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await sender.SendAsync(new byte[64 * 1024], stop);
            }
        }
        catch (Exception over) when (over is SocketException or OperationCanceledException)
        {
            // The proxy was disabled, or the test has ended.
        }
    }
}

internal static class Servers
{
    /// <summary>Makes proxy <c>a</c>; returns where it listens.</summary>
    public static async Task<IPEndPoint> PopulateOneAsync(this ToxiproxyServer server, EndPoint upstream)
    {
        var (made, _) = await server.PopulateAsync(Encoding.UTF8.GetBytes($$"""[{"name":"a","upstream":"{{upstream}}","listen":"127.0.0.1:0"}]"""));
        return IPEndPoint.Parse(Assert.Single(made).Split(' ')[1]);
    }
}
