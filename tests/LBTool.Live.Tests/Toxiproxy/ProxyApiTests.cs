using System.Net;
using System.Net.Sockets;
using LBTool.Live.Tests.Faults;

namespace LBTool.Live.Tests.Toxiproxy;

/// <summary><c>/proxies</c> and <c>/proxies/{proxy}</c>.</summary>
public class ProxyApiTests
{
    [Fact]
    public async Task A_proxy_is_created_shown_listed_and_deleted()
    {
        await using var api = new ApiRig();
        Assert.Equal("200 {}", await api.SendAsync("GET", "/proxies"));

        var created = await api.SendAsync("POST", "/proxies", """{"name":"b","upstream":"db:5432","listen":"localhost:0"}""");
        var b = ApiRig.Proxy("b", api.Proxies.Get("b").Engine.Listen.ToString(), "db:5432", enabled: true);
        await api.SendAsync("POST", "/proxies", """{"name":"a","upstream":"x","enabled":false}""");
        var a = ApiRig.Proxy("a", "", "x", enabled: false);

        Assert.Equal($"201 {b}", created);
        Assert.Equal($"200 {b}", await api.SendAsync("GET", "/proxies/b"));
        Assert.Equal($$"""200 {"a":{{a}},"b":{{b}}}""", await api.SendAsync("GET", "/proxies"));
        Assert.Equal("204 ", await api.SendAsync("DELETE", "/proxies/b"));
        Assert.Equal(ApiRig.Error(404, "proxy not found"), await api.SendAsync("DELETE", "/proxies/b"));
        Assert.Equal($$"""200 {"a":{{a}}}""", await api.SendAsync("GET", "/proxies"));
    }

    [Theory]
    [InlineData("GET", "/proxies/nope", "")]
    [InlineData("PATCH", "/proxies/nope", "{")]
    [InlineData("POST", "/proxies/nope", "{")]
    [InlineData("GET", "/proxies/nope/toxics", "")]
    [InlineData("POST", "/proxies/nope/toxics", "{")]
    [InlineData("GET", "/proxies/nope/toxics/t", "")]
    [InlineData("PATCH", "/proxies/nope/toxics/t", "{")]
    [InlineData("DELETE", "/proxies/nope/toxics/t", "")]
    public async Task An_unknown_proxy_is_404_before_the_body_is_looked_at(string method, string path, string body)
    {
        await using var api = new ApiRig();
        Assert.Equal(ApiRig.Error(404, "proxy not found"), await api.SendAsync(method, path, body));
    }

    [Fact]
    public async Task What_is_wrong_with_a_new_proxy_is_found_in_order()
    {
        await using var api = new ApiRig();
        await api.CreateAsync("a");
        Task<string> PostAsync(string body) => api.SendAsync("POST", "/proxies", body);

        Assert.Equal(ApiRig.Error(400, "bad request body: EOF"), await PostAsync(" \n"));
        Assert.Equal("bad body", ApiRig.BadBody(await PostAsync("""{"upstream":5}""")));
        Assert.Equal(ApiRig.Error(400, "missing required field: name"), await PostAsync("{}"));
        Assert.Equal(ApiRig.Error(400, "missing required field: name"), await PostAsync("null"));
        Assert.Equal(ApiRig.Error(400, "missing required field: upstream"), await PostAsync("""{"name":"a","listen":"junk"}"""));
        Assert.Equal(ApiRig.Error(409, "proxy already exists"), await PostAsync("""{"name":"a","upstream":"x","listen":"junk"}"""));
        Assert.Equal(ApiRig.Error(500, "listen tcp: address junk: missing port in address"), await PostAsync("""{"name":"b","upstream":"x","listen":"junk"}"""));
        Assert.Single(api.Proxies.All);
    }

    [Theory]
    [InlineData("1:2:3", 500, "listen tcp: address 1:2:3: too many colons in address")]
    [InlineData("::1", 500, "listen tcp: address ::1: too many colons in address")]
    [InlineData("[::1]", 500, "listen tcp: address [::1]: missing port in address")]
    [InlineData("127.0.0.1:99999", 500, "listen tcp: address 99999: invalid port")]
    [InlineData("127.0.0.1:abc", 500, "listen tcp: address tcp/abc: unknown port")]
    [InlineData("nowhere.test:0", 500, "listen tcp: lookup nowhere.test: no such host")]
    [InlineData("0.0.0.0:0", 403, "listen address 0.0.0.0:0 is not on loopback; use 127.0.0.1, or start lbtool toxiproxy with --allow-remote")]
    [InlineData("[::]:0", 403, "listen address [::]:0 is not on loopback; use 127.0.0.1, or start lbtool toxiproxy with --allow-remote")]
    public async Task An_address_that_cannot_be_listened_on_is_refused_and_nothing_is_stored(string listen, int status, string text)
    {
        await using var api = new ApiRig();
        Assert.Equal(ApiRig.Error(status, text), await api.SendAsync("POST", "/proxies", $$"""{"name":"a","upstream":"x","listen":"{{listen}}"}"""));
        Assert.Empty(api.Proxies.All);
    }

    [Theory]
    [InlineData("", "127.0.0.1")]
    [InlineData(":0", "127.0.0.1")]
    [InlineData("127.0.0.1", "127.0.0.1", ":0")]
    [InlineData("known.test:0", "127.0.0.1")]
    [InlineData("[::1]:0", "[::1]")]
    public async Task Listen_becomes_the_actual_address(string listen, string host, string suffix = "")
    {
        Assert.SkipWhen(host == "[::1]" && !Socket.OSSupportsIPv6, "no IPv6 here");
        await using var api = new ApiRig();
        var created = await api.SendAsync("POST", "/proxies", $$"""{"name":"a","upstream":"x","listen":"{{listen}}{{suffix}}"}""");

        var port = api.Proxies.Get("a").Engine.Listen.Port;
        Assert.True(port > 0);
        Assert.Equal($"201 {ApiRig.Proxy("a", $"{host}:{port}", "x", enabled: true)}", created);
    }

    [Fact]
    public async Task With_remote_access_an_empty_host_is_every_interface()
    {
        await using var api = new ApiRig(allowRemote: true);
        await api.SendAsync("POST", "/proxies", """{"name":"a","upstream":"x"}""");

        Assert.Contains(api.Proxies.Get("a").Engine.Listen.Address, new[] { IPAddress.IPv6Any, IPAddress.Any });
    }

    [Fact]
    public async Task A_busy_port_is_500_in_the_words_of_the_system()
    {
        await using var api = new ApiRig();
        var taken = await api.CreateAsync("a");

        Assert.Equal(
            ApiRig.Error(500, $"listen tcp {taken}: bind: address already in use"),
            await api.SendAsync("POST", "/proxies", $$"""{"name":"b","upstream":"x","listen":"{{taken}}"}"""));
        Assert.Single(api.Proxies.All);
    }

    [Fact]
    public async Task A_disabled_proxy_keeps_its_listen_as_sent_until_it_is_enabled()
    {
        await using var api = new ApiRig();
        await api.SendAsync("POST", "/proxies", """{"name":"a","upstream":"x","listen":"junk","enabled":false}""");

        Assert.Equal(ApiRig.Error(500, "address junk: missing port in address"), await api.SendAsync("PATCH", "/proxies/a", """{"enabled":true}"""));
        Assert.Equal($"200 {ApiRig.Proxy("a", "junk", "x", enabled: false)}", await api.SendAsync("GET", "/proxies/a"));
        var enabled = await api.SendAsync("PATCH", "/proxies/a", """{"listen":"localhost:0","enabled":true}""");
        Assert.Equal($"200 {ApiRig.Proxy("a", api.Proxies.Get("a").Engine.Listen.ToString(), "x", enabled: true)}", enabled);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"name":"z","toxics":[],"Logger":{"a":1},"enabled":null,"listen":null}""")]
    [InlineData("""{"enabled":true}""")]
    public async Task What_a_change_does_not_say_stays(string body)
    {
        await using var api = new ApiRig();
        await api.CreateAsync("a");
        var before = await api.SendAsync("GET", "/proxies/a");

        Assert.Equal(before, await api.SendAsync("PATCH", "/proxies/a", body));
        Assert.Equal(before, await api.SendAsync("POST", "/proxies/a", body));
    }

    [Fact]
    public async Task Stop_and_start_keep_port_and_toxics()
    {
        await using var api = new ApiRig();
        using var upstream = Wire.Listen();
        var listen = await api.CreateAsync("a", upstream.LocalEndPoint);
        await api.SendAsync("POST", "/proxies/a/toxics", """{"type":"noop"}""");
        const string Toxic = """{"attributes":{},"name":"noop_downstream","type":"noop","stream":"downstream","toxicity":1""" + ApiRig.NoHits;

        Assert.Equal($"200 {ApiRig.Proxy("a", $"{listen}", $"{upstream.LocalEndPoint}", false, Toxic)}", await api.SendAsync("POST", "/proxies/a", """{"enabled":false}"""));
        await Peer.IsRefusedAsync(listen);
        Assert.Equal($"200 {ApiRig.Proxy("a", $"{listen}", $"{upstream.LocalEndPoint}", true, Toxic)}", await api.SendAsync("POST", "/proxies/a", """{"ENABLED":true}"""));
        using var client = new TcpClient();
        await client.ConnectAsync(listen, Peer.Deadline());
    }

    [Fact]
    public async Task A_failed_restart_leaves_it_disabled_with_the_new_addresses()
    {
        await using var api = new ApiRig();
        var (a, b) = (await api.CreateAsync("a"), await api.CreateAsync("b"));

        var answer = await api.SendAsync("PATCH", "/proxies/b", $$"""{"listen":"{{a}}","upstream":"y:2"}""");

        Assert.Equal(ApiRig.Error(500, $"listen tcp {a}: bind: address already in use"), answer);
        Assert.Equal($"200 {ApiRig.Proxy("b", $"{a}", "y:2", enabled: false)}", await api.SendAsync("GET", "/proxies/b"));
        await Peer.IsRefusedAsync(b);
    }

    [Fact]
    public async Task An_unresolvable_new_address_changes_nothing()
    {
        await using var api = new ApiRig();
        await api.CreateAsync("a");
        var before = await api.SendAsync("GET", "/proxies/a");

        Assert.Equal(ApiRig.Error(500, "address junk: missing port in address"), await api.SendAsync("PATCH", "/proxies/a", """{"listen":"junk","upstream":"y:1","enabled":false}"""));
        Assert.Equal(before, await api.SendAsync("GET", "/proxies/a"));
    }

    [Fact]
    public async Task A_deleted_proxy_gives_its_port_back_at_once()
    {
        await using var api = new ApiRig();
        var listen = await api.CreateAsync("a");
        await api.SendAsync("DELETE", "/proxies/a");

        Assert.StartsWith("201 ", await api.SendAsync("POST", "/proxies", $$"""{"name":"b","upstream":"x","listen":"{{listen}}"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Toxics_given_with_a_new_proxy_act_from_its_first_connection()
    {
        await using var api = new ApiRig();
        var created = await api.SendAsync("POST", "/proxies", """
            {"name":"a","upstream":"x","enabled":false,"toxics":[{"type":"latency","attributes":{"latency":5}},{"type":"noop","stream":"upstream"}]}
            """);
        var noop = """{"attributes":{},"name":"noop_upstream","type":"noop","stream":"upstream","toxicity":1""" + ApiRig.NoHits;
        var latency = """{"attributes":{"latency":5,"jitter":0},"name":"latency_downstream","type":"latency","stream":"downstream","toxicity":1""" + ApiRig.NoHits;

        Assert.Equal($"201 {ApiRig.Proxy("a", "", "x", false, $"{noop},{latency}")}", created);
        Assert.Equal(ApiRig.Error(400, "invalid toxic type"), await api.SendAsync("POST", "/proxies", """{"name":"b","upstream":"x","toxics":[{"type":"?"}]}"""));
        Assert.Equal(ApiRig.Error(409, "toxic already exists"), await api.SendAsync("POST", "/proxies", """{"name":"b","upstream":"x","toxics":[{"type":"noop"},{"type":"noop"}]}"""));
        Assert.Single(api.Proxies.All);
    }
}
