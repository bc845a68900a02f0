using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LBTool.Live.Tests.Faults;

namespace LBTool.Live.Tests.Toxiproxy;

/// <summary>What a call of the API does to connections that are open.</summary>
public sealed class LiveApiTests : IAsyncLifetime
{
    private readonly ApiRig _api = new();
    private readonly Socket _upstream = Wire.Listen();
    private readonly List<Socket> _sockets = [];
    private IPEndPoint _listen = null!;

    public async ValueTask InitializeAsync() => _listen = await _api.CreateAsync("a", _upstream.LocalEndPoint);

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _upstream.Dispose();
        _sockets.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task An_added_latency_delays_the_answers_of_an_open_connection_and_its_removal_does_not()
    {
        var (client, server) = await ConnectAsync();
        await ChangeAsync("POST", "/proxies/a/toxics", """{"type":"latency","attributes":{"latency":150}}""");

        var start = Stopwatch.GetTimestamp();
        await server.SayAsync("slow");
        Assert.Equal("slow", await client.HearAsync(4));
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(150));

        await ChangeAsync("PATCH", "/proxies/a/toxics/latency_downstream", """{"attributes":{"latency":3600000}}""");
        await server.SayAsync("held");
        await client.StaysSilentAsync();
        Assert.Equal("204 ", await _api.SendAsync("DELETE", "/proxies/a/toxics/latency_downstream"));
        Assert.Equal("held", await client.HearAsync(4));
    }

    [Fact]
    public async Task Hits_count_the_links_and_bytes_of_a_toxic()
    {
        await ChangeAsync("POST", "/proxies/a/toxics", """{"name":"t","type":"latency","attributes":{"latency":1}}""");
        await ChangeAsync("POST", "/proxies/a/toxics", """{"name":"never","type":"latency","toxicity":0}""");
        var (client, server) = await ConnectAsync();
        await server.SayAsync("hello");
        Assert.Equal("hello", await client.HearAsync(5));

        Assert.EndsWith("""}"hits":{"links":1,"bytes":5}}""".Replace("}\"hits", "\"hits", StringComparison.Ordinal), await _api.SendAsync("GET", "/proxies/a/toxics/t"), StringComparison.Ordinal);
        Assert.EndsWith(ApiRig.NoHits, await _api.SendAsync("GET", "/proxies/a/toxics/never"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disabling_closes_what_is_open_and_refuses_what_comes()
    {
        var (client, server) = await ConnectAsync();
        await ChangeAsync("POST", "/proxies/a", """{"enabled":false}""");

        await client.SeesEndAsync();
        await server.SeesEndAsync();
        await Peer.IsRefusedAsync(_listen);
    }

    [Theory]
    [InlineData("DELETE", "/proxies/a/toxics/timeout_upstream")]
    [InlineData("POST", "/reset")]
    public async Task Removing_a_timeout_closes_the_connections_that_it_swallowed_bytes_of(string method, string path)
    {
        var (client, server) = await ConnectAsync();
        var (spared, _) = await ConnectAsync();
        await ChangeAsync("POST", "/proxies/a/toxics", """{"type":"timeout","stream":"upstream"}""");
        await client.SayAsync("eaten");
        await server.StaysSilentAsync();

        await Eventually.TrueAsync(() => _api.Proxies.Get("a").Engine.Upstream.Received >= 5, "the bytes are eaten");
        await _api.SendAsync(method, path);

        await client.SeesEndAsync();
        await spared.StaysSilentAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"upstream\":\"UPSTREAM\"")]
    public async Task The_same_address_in_other_words_keeps_connections(string more)
    {
        var (client, server) = await ConnectAsync();
        await ChangeAsync("PATCH", "/proxies/a", $$"""{"listen":"localhost:{{_listen.Port}}"{{more.Replace("UPSTREAM", _upstream.LocalEndPoint!.ToString(), StringComparison.Ordinal)}}}""");

        await client.SayAsync("still there");
        Assert.Equal("still there", await server.HearAsync(11));
    }

    [Fact]
    public async Task Another_upstream_closes_connections_and_is_dialled_from_then_on()
    {
        using var other = Wire.Listen();
        var (client, _) = await ConnectAsync();
        await ChangeAsync("PATCH", "/proxies/a", $$"""{"upstream":"localhost:{{((IPEndPoint)other.LocalEndPoint!).Port}}"}""");
        await client.SeesEndAsync();

        var next = await DialAsync(_listen);
        using var server = await other.AcceptAsync(Peer.Deadline());
        await next.SayAsync("new");
        Assert.Equal("new", await server.HearAsync(3));
    }

    [Fact]
    public async Task Another_listen_address_closes_connections_and_refuses_at_the_old_one()
    {
        var (client, _) = await ConnectAsync();
        await ChangeAsync("PATCH", "/proxies/a", """{"listen":"127.0.0.1:0"}""");

        await client.SeesEndAsync();
        await Peer.IsRefusedAsync(_listen);
        await DialAsync(_api.Proxies.Get("a").Engine.Listen);
        using var server = await _upstream.AcceptAsync(Peer.Deadline());
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("")]
    public async Task An_upstream_that_is_no_address_closes_each_client(string upstream)
    {
        await ChangeAsync("PATCH", "/proxies/a", $$"""{"upstream":"{{upstream}}"}""");
        var client = await DialAsync(_listen);

        await client.SeesEndAsync();
    }

    // 1,000 connections are 3,000 descriptors in this process: fewer than the limit of any system that runs tests.
    [Fact]
    public async Task A_change_reaches_a_thousand_connections()
    {
        const int Connections = 1000;
        var pairs = new List<(Socket Client, Socket Server)>();
        for (var i = 0; i < Connections; i++)
        {
            pairs.Add(await ConnectAsync());
        }

        await Eventually.TrueAsync(() => _api.Proxies.Get("a").Engine.OpenConnections == Connections, "all are open");
        await ChangeAsync("POST", "/proxies/a/toxics", """{"name":"t","type":"timeout","attributes":{"timeout":0}}""");
        await Eventually.TrueAsync(() => _api.Proxies.Get("a").Toxic("t").Tally.Links == Connections, "the toxic has met all of them");

        await Task.WhenAll(pairs.Select(pair => pair.Server.SayAsync("x")));
        await Eventually.TrueAsync(() => _api.Proxies.Get("a").Toxic("t").Tally.Bytes == Connections, "all bytes are swallowed");
        await _api.SendAsync("DELETE", "/proxies/a");

        await Task.WhenAll(pairs.Select(pair => pair.Client.SeesEndAsync()));
    }

    private async Task ChangeAsync(string method, string path, string body) =>
        Assert.StartsWith("200 ", await _api.SendAsync(method, path, body), StringComparison.Ordinal);

    private async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        var client = await DialAsync(_listen);
        var server = await _upstream.AcceptAsync(Peer.Deadline());
        _sockets.Add(server);
        return (client, server);
    }

    private async Task<Socket> DialAsync(IPEndPoint address)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(client);
        await client.ConnectAsync(address, Peer.Deadline());
        return client;
    }
}
