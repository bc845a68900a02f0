using LBTool.Live.Tests.Faults;
using LBTool.Live.Toxiproxy;

namespace LBTool.Live.Tests.Toxiproxy;

/// <summary><c>/populate</c>, <c>/reset</c>, <c>/version</c> and <c>/metrics</c>.</summary>
public class ServerStateApiTests
{
    [Fact]
    public async Task The_version_begins_with_one_that_clients_understand()
    {
        await using var api = new ApiRig();
        var answer = await api.AnswerAsync(new ApiRequest("GET", "/version", default));

        Assert.Equal("application/json;charset=utf-8", answer.ContentType);
        Assert.Equal("200 {\"version\": \"2.12.0-lbtool-1.2.3\"}\n", await api.SendAsync("GET", "/version"));
    }

    [Theory]
    [InlineData("[]", "201 {\"proxies\":null}")]
    [InlineData("null", "201 {\"proxies\":null}")]
    [InlineData("[{\"name\":\"a\",\"upstream\":\"x\"},{\"name\":\"b\"}]", "400 {\"error\":\"missing required field: upstream at proxy 2\",\"status\":400,\"proxies\":null}")]
    [InlineData("[{\"name\":\"a\",\"upstream\":\"x\"},{\"upstream\":\"b\"}]", "400 {\"error\":\"missing required field: name at proxy 2\",\"status\":400,\"proxies\":null}")]
    [InlineData("[{\"name\":\"a\",\"upstream\":\"x\"},null]", "400 {\"error\":\"missing required field: name at proxy 2\",\"status\":400,\"proxies\":null}")]
    [InlineData("", "400 {\"error\":\"bad request body: EOF\",\"status\":400,\"proxies\":null}")]
    [InlineData("{}", "400 {\"error\":\"bad request body: expected an array of proxies\",\"status\":400,\"proxies\":null}")]
    public async Task Populate_checks_everything_before_it_touches_anything(string body, string answer)
    {
        await using var api = new ApiRig();
        Assert.Equal(answer, await api.SendAsync("POST", "/populate", body));
        Assert.Empty(api.Proxies.All);
        Assert.Equal("application/json", (await api.AnswerAsync(new ApiRequest("POST", "/populate", default))).ContentType);
    }

    [Fact]
    public async Task Populate_creates_what_is_new_and_leaves_what_is_the_same_alone()
    {
        await using var api = new ApiRig();
        var a = await api.CreateAsync("a");
        await api.SendAsync("POST", "/proxies/a/toxics", """{"type":"noop"}""");
        var before = (await api.SendAsync("GET", "/proxies/a"))[4..];

        var answer = await api.SendAsync("POST", "/populate", $$"""
            [{"name":"a","upstream":"127.0.0.1:1","listen":"localhost:{{a.Port}}","enabled":false},{"name":"b","upstream":"x","listen":"","enabled":false}]
            """);

        Assert.Equal($$"""201 {"proxies":[{{before}},{{ApiRig.Proxy("b", "", "x", enabled: false)}}]}""", answer);
    }

    [Fact]
    public async Task Populate_replaces_a_proxy_that_is_another_one()
    {
        await using var api = new ApiRig();
        var a = await api.CreateAsync("a");
        await api.SendAsync("POST", "/proxies/a/toxics", """{"type":"noop"}""");

        var answer = await api.SendAsync("POST", "/populate", $$"""[{"name":"a","upstream":"y:2","listen":"{{a}}","enabled":null}]""");

        Assert.Equal($$"""201 {"proxies":[{{ApiRig.Proxy("a", $"{a}", "y:2", enabled: true)}}]}""", answer);
    }

    [Fact]
    public async Task Populate_ends_at_the_first_failure_and_keeps_what_came_before()
    {
        await using var api = new ApiRig();
        var (taken, old) = (await api.CreateAsync("taken"), await api.CreateAsync("old"));

        var answer = await api.SendAsync("POST", "/populate", $$"""
            [{"name":"first","upstream":"x","enabled":false},{"name":"old","upstream":"x","listen":"{{taken}}"},{"name":"last","upstream":"x"}]
            """);

        Assert.Equal(
            $$"""500 {"error":"listen tcp {{taken}}: bind: address already in use","status":500,"proxies":[{{ApiRig.Proxy("first", "", "x", enabled: false)}}]}""", answer);
        Assert.Equal(["first", "old", "taken"], api.Proxies.All.Select(proxy => proxy.Name));
        Assert.Equal($"200 {ApiRig.Proxy("old", $"{old}", "127.0.0.1:1", enabled: false)}", await api.SendAsync("GET", "/proxies/old"));
    }

    [Fact]
    public async Task Reset_starts_all_proxies_and_removes_all_toxics()
    {
        await using var api = new ApiRig();
        var a = await api.CreateAsync("a");
        await api.SendAsync("POST", "/proxies/a/toxics", """{"type":"noop"}""");
        await api.SendAsync("PATCH", "/proxies/a", """{"enabled":false}""");
        await api.SendAsync("POST", "/proxies", """{"name":"b","upstream":"x","enabled":false}""");

        Assert.Equal("204 ", await api.SendAsync("POST", "/reset"));

        Assert.Equal($"200 {ApiRig.Proxy("a", $"{a}", "127.0.0.1:1", enabled: true)}", await api.SendAsync("GET", "/proxies/a"));
        Assert.True(api.Proxies.Get("b").Enabled);
    }

    [Fact]
    public async Task Reset_ends_at_the_first_proxy_that_cannot_start()
    {
        await using var api = new ApiRig();
        await api.CreateAsync("a");
        await api.CreateAsync("c");
        await api.SendAsync("POST", "/proxies/a/toxics", """{"type":"noop"}""");
        await api.SendAsync("POST", "/proxies/c/toxics", """{"type":"noop"}""");
        await api.SendAsync("POST", "/proxies", """{"name":"b","upstream":"x","listen":"junk","enabled":false}""");

        Assert.Equal(ApiRig.Error(500, "listen tcp: address junk: missing port in address"), await api.SendAsync("POST", "/reset"));
        Assert.Empty(api.Proxies.Get("a").Toxics);
        Assert.Single(api.Proxies.Get("c").Toxics);
    }

    [Fact]
    public async Task Metrics_count_while_data_flows()
    {
        await using var api = new ApiRig();
        using var upstream = Wire.Listen();
        var listen = await api.CreateAsync("a", upstream.LocalEndPoint);
        using var client = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        await client.ConnectAsync(listen, Peer.Deadline());
        using var server = await upstream.AcceptAsync(Peer.Deadline());
        await client.SayAsync("hello");
        Assert.Equal("hello", await server.HearAsync(5));

        string Line(string counter, string direction, int count) =>
            $"{counter}{{direction=\"{direction}\",listener=\"{listen}\",proxy=\"a\",upstream=\"{upstream.LocalEndPoint}\"}} {count}\n";
        await Eventually.TrueAsync(
            () => api.SendAsync("GET", "/metrics").Result.Contains(Line("toxiproxy_proxy_sent_bytes_total", "upstream", 5), StringComparison.Ordinal), "5 bytes are counted");
        var metrics = await api.SendAsync("PUT", "/metrics");

        Assert.Contains("# TYPE toxiproxy_proxy_received_bytes_total counter\n", metrics);
        Assert.Contains(Line("toxiproxy_proxy_received_bytes_total", "upstream", 5), metrics);
        Assert.Contains(Line("toxiproxy_proxy_received_bytes_total", "downstream", 0), metrics);
    }

    [Fact]
    public async Task Metrics_tell_about_the_process_only_when_asked_for()
    {
        await using var plain = new ApiRig();
        await using var asked = new ApiRig(runtimeMetrics: true);
        await asked.SendAsync("POST", "/proxies", """{"name":"quote\"d","upstream":"127.0.0.1:1","listen":"127.0.0.1:0"}""");

        Assert.DoesNotContain("process_", await plain.SendAsync("GET", "/metrics"));
        var metrics = await asked.SendAsync("GET", "/metrics");
        foreach (var name in new[] { "process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds", "dotnet_gc_heap_bytes", "dotnet_threadpool_threads" })
        {
            Assert.Matches($"(?m)^# HELP {name} .+\n# TYPE {name} (counter|gauge)\n{name} [0-9.E+]+$", metrics);
        }

        Assert.Contains("dotnet_gc_collections_total{generation=\"2\"} ", metrics);
        Assert.Contains("proxy=\"quote\\\"d\"", metrics);
        Assert.Contains("lbtool_build_info{version=\"2.12.0-lbtool-1.2.3\",", metrics);
    }
}
