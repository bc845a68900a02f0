using System.Net;
using LBTool.Live.Control;

namespace LBTool.Live.Tests.Control;

public class BackendEndpointTests
{
    private const string B1 = """{"name":"b1","index":0,"address":"127.0.0.1:#","faultProxy":"127.0.0.1:#","weight":1,"state":"up","detail":"","inFlight":#,"requests":#,"share":#,"idealShare":0.3333333333333333,"errors":0,"rps":#,"p50Ms":#,"p99Ms":#,"latency":"1ms","jitter":"0s","errorShare":0,"concurrency":null,"queue":null,"drain":null,"note":null}""";

    [Fact]
    public async Task Backends_are_listed_and_shown()
    {
        await using var rig = await ControlRig.StartAsync();

        Assert.Equal($"200 {B1}", await rig.AskAsync("GET", "/v1/backends/b1"));
        var all = await rig.AskAsync("GET", "/v1/backends");
        Assert.StartsWith($"200 [{B1},", all, StringComparison.Ordinal);
        Assert.Equal(3, all.Split("\"index\":").Length - 1);
    }

    [Theory]
    [InlineData("GET", "/v1/backends/b9")]
    [InlineData("PATCH", "/v1/backends/b9")]
    [InlineData("DELETE", "/v1/backends/b9")]
    [InlineData("POST", "/v1/backends/b9/kill")]
    public async Task An_unknown_backend_is_404_with_the_known_ones(string method, string path)
    {
        await using var rig = await ControlRig.StartAsync();

        Assert.Equal(
            """404 {"error":"unknown backend 'b9'; did you mean 'b1'? known: b1, b2, b3","status":404,"allowed":["b1","b2","b3"]}""",
            await rig.AskAsync(method, path, method == "PATCH" ? "{}" : ""));
    }

    [Fact]
    public async Task One_more_backend_joins_and_is_picked()
    {
        await using var rig = await ControlRig.StartAsync();

        var added = await rig.AskAsync("POST", "/v1/backends", """{"weight":2,"latency":"2ms","concurrency":4,"queue":8,"errors":"50%"}""");

        Assert.Equal(
            "201 " + B1.Replace("b1", "b4").Replace("\"index\":0", "\"index\":3").Replace("\"weight\":1", "\"weight\":2").Replace("0.3333333333333333", "0.4")
                .Replace("\"1ms\"", "\"2ms\"").Replace("\"errorShare\":0", "\"errorShare\":0.5").Replace("\"concurrency\":null,\"queue\":null", "\"concurrency\":4,\"queue\":8"),
            added);
        await ServesAsync(rig, "b4");
    }

    [Fact]
    public async Task A_backend_that_leaves_is_picked_no_more()
    {
        await using var rig = await ControlRig.StartAsync();
        await ServesAsync(rig, "b2");

        Assert.Equal("204", await rig.AskAsync("DELETE", "/v1/backends/b2"));

        Assert.DoesNotContain("\"b2\"", await rig.AskAsync("GET", "/v1/backends"));
        using var client = new HttpClient();
        for (var request = 0; request < 50; request++)
        {
            Assert.NotEqual("b2", await PickedAsync(client, rig));
        }
    }

    [Fact]
    public async Task The_last_backend_and_one_under_a_fault_stay()
    {
        await using var rig = await ControlRig.StartAsync("{ backends: { count: 2, latency: 1ms } }");
        await rig.AskAsync("POST", "/v1/backends/b1/kill");

        Assert.Equal(
            """409 {"error":"fault 'kill-b1' acts on b1; remove it first","status":409,"allowed":null}""", await rig.AskAsync("DELETE", "/v1/backends/b1"));
        await rig.AskAsync("DELETE", "/v1/backends/b2");
        Assert.StartsWith("409 ", await rig.AskAsync("DELETE", "/v1/backends/b1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_given_once_in_the_life_of_a_session()
    {
        await using var rig = await ControlRig.StartAsync();

        Assert.StartsWith("409 ", await rig.AskAsync("POST", "/v1/backends", """{"name":"b3"}"""), StringComparison.Ordinal);
        await rig.AskAsync("DELETE", "/v1/backends/b3");
        Assert.StartsWith("409 ", await rig.AskAsync("POST", "/v1/backends", """{"name":"b3"}"""), StringComparison.Ordinal);
        Assert.Contains("\"name\":\"b4\"", await rig.AskAsync("POST", "/v1/backends", "{}"));
    }

    [Fact]
    public async Task A_change_shows_and_is_read_beside_the_other_keys()
    {
        await using var rig = await ControlRig.StartAsync();

        Assert.Contains("\"weight\":3,", await rig.AskAsync("PATCH", "/v1/backends/b1", """{"weight":3,"latency":"5ms","jitter":"2ms"}"""));
        Assert.Equal(
            """400 {"error":"jitter: ± 2ms is more than the constant latency of 1ms, which would then be negative at times","status":400,"allowed":null}""",
            await rig.AskAsync("PATCH", "/v1/backends/b1", """{"latency":"1ms"}"""));
        Assert.Contains("\"latency\":\"5ms\",\"jitter\":\"2ms\"", await rig.AskAsync("GET", "/v1/backends/b1"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"weight":1,"latency":"0.005s"}""")]
    public async Task A_change_to_what_is_so_already_says_so_and_is_no_event(string change)
    {
        await using var rig = await ControlRig.StartAsync("{ backends: [{ name: b1, latency: 5ms }] }");

        Assert.Contains("\"note\":\"b1 is so already: { latency: 5ms }\"", await rig.AskAsync("PATCH", "/v1/backends/b1", change));
        Assert.Equal("200 []", await rig.AskAsync("GET", "/v1/events"));
    }

    [Fact]
    public async Task Errors_change_from_the_next_request_on()
    {
        await using var rig = await ControlRig.StartAsync("{ backends: { count: 1, latency: 1ms } }");
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, rig));

        await rig.AskAsync("PATCH", "/v1/backends/b1", """{"errors":1}""");
        Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync(client, rig));

        await rig.AskAsync("PATCH", "/v1/backends/b1", """{"errors":0}""");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, rig));
    }

    [Theory]
    [InlineData("POST", "/v1/backends", """{"latncy":"5ms"}""", """unknown key 'latncy' in a backend; did you mean 'latency'? allowed: name, weight, latency, jitter, concurrency, queue, errors, body, """)]
    [InlineData("PATCH", "/v1/backends/b1", """{"body":"5KB"}""", """unknown key 'body' in a backend; allowed: weight, latency, jitter, concurrency, queue, errors""")]
    [InlineData("PATCH", "/v1/backends/b1", """{"weight":-1,"latency":5}""", """weight: expected 0, or a number 0.001 … 1000; found '-1'\nlatency: """)]
    [InlineData("POST", "/v1/backends", """{"name":"all"}""", """name: expected a name of letters, digits, _ and -, a letter first, at most 64 of them; not one or all; found 'all'""")]
    [InlineData("POST", "/v1/backends", """[1]""", """a backend: expected a map {name, """)]
    public async Task What_is_wrong_is_400_and_changes_nothing(string method, string path, string body, string message)
    {
        await using var rig = await ControlRig.StartAsync();
        var before = await rig.StateAsync();

        Assert.Contains($$"""400 {"error":"{{message}}""", await rig.AskAsync(method, path, body));

        Assert.Equal(before, await rig.StateAsync());
    }

    [Theory]
    [InlineData("kill", "start")]
    [InlineData("stop", "start")]
    [InlineData("pause", "resume")]
    public async Task What_is_done_to_a_process_is_a_fault_that_can_be_undone(string action, string undo)
    {
        await using var rig = await ControlRig.StartAsync();

        Assert.Contains($"\"detail\":\"{action} ({action}-b1)\"", await rig.AskAsync("POST", $"/v1/backends/b1/{action}"));
        Assert.Contains($"\"note\":\"fault '{action}-b1' does that already\"", await rig.AskAsync("POST", $"/v1/backends/b1/{action}"));
        Assert.Contains($"\"name\":\"{action}-b1\",\"target\":[\"b1\"],\"kind\":\"action\"", await rig.AskAsync("GET", "/v1/faults"));

        Assert.Contains("\"detail\":\"\"", await rig.AskAsync("POST", $"/v1/backends/b1/{undo}"));
        Assert.Equal("200 []", await rig.AskAsync("GET", "/v1/faults"));
        Assert.Contains("\"note\":\"b1 was not ", await rig.AskAsync("POST", $"/v1/backends/b1/{undo}"));
    }

    [Fact]
    public async Task A_fault_that_hits_others_too_is_not_undone_for_one()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("POST", "/v1/faults", """{"name":"dead","target":"all","action":"kill"}""");

        Assert.Contains("\"note\":\"b1 is still down: fault 'dead' hits others too; remove it\"", await rig.AskAsync("POST", "/v1/backends/b1/start"));
    }

    [Fact]
    public async Task A_disabled_backend_gets_nothing_until_it_is_enabled()
    {
        await using var rig = await ControlRig.StartAsync("{ backends: { count: 2, latency: 1ms } }");

        Assert.Contains("\"state\":\"disabled\"", await rig.AskAsync("POST", "/v1/backends/b1/disable"));
        Assert.Contains("\"note\":\"b1 is disabled already\"", await rig.AskAsync("POST", "/v1/backends/b1/disable"));
        using var client = new HttpClient();
        for (var request = 0; request < 20; request++)
        {
            Assert.Equal("b2", await PickedAsync(client, rig));
        }

        Assert.Contains("\"state\":\"up\"", await rig.AskAsync("POST", "/v1/backends/b1/enable"));
        Assert.Contains("\"note\":\"b1 is neither drained nor disabled\"", await rig.AskAsync("POST", "/v1/backends/b1/enable"));
        await ServesAsync(rig, "b1");
        Assert.Contains("b1 is disabled", await rig.AskAsync("GET", "/v1/events"));
        Assert.Contains("name: disable-b1, ", await rig.AskAsync("GET", "/v1/journal"));
    }

    [Fact]
    public async Task A_backend_drains_until_it_is_enabled()
    {
        await using var rig = await ControlRig.StartAsync("{ backends: { count: 2, latency: 1ms } }");
        using var client = new HttpClient();
        await rig.AskAsync("POST", "/v1/faults", """{"name":"hold","target":"all","action":"lose-capacity","workers":0}""");
        var inFlight = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => StatusAsync(client, rig)));
        await Eventually.TrueAsync(() => rig.Session.Backends.All.All(backend => backend.Pooled.InFlight == 1), "both backends work");

        var draining = await rig.AskAsync("POST", "/v1/backends/b1/drain", """{"deadline":"1m"}""");

        Assert.Contains("\"state\":\"draining\"", draining);
        Assert.Matches("""drain":\{"deadlineMs":\d+(\.\d+)?,"leftMs":\d+(\.\d+)?,"inFlightLeft":1\}""", draining);
        Assert.Contains("\"note\":\"fault 'drain-b1' does that already\"", await rig.AskAsync("POST", "/v1/backends/b1/drain"));
        Assert.StartsWith("409 ", await rig.AskAsync("POST", "/v1/backends/b1/disable"), StringComparison.Ordinal);
        Assert.Equal("204", await rig.AskAsync("DELETE", "/v1/faults/hold"));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await inFlight);
        await StateAsync(rig, "b1", "drained");

        Assert.Contains("\"state\":\"up\"", await rig.AskAsync("POST", "/v1/backends/b1/enable"));
        Assert.Contains("\"drain\":null", await rig.AskAsync("GET", "/v1/backends/b1"));
        Assert.Contains("{ name: drain-b1, ", await rig.AskAsync("GET", "/v1/journal"));
    }

    [Fact]
    public async Task A_drain_ends_with_a_backend_that_leaves()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("POST", "/v1/backends/b1/drain");

        Assert.Equal("204", await rig.AskAsync("DELETE", "/v1/backends/b1"));

        Assert.Equal("200 []", await rig.AskAsync("GET", "/v1/faults"));
        Assert.Equal(["b2", "b3"], rig.Session.World.Pool!.Backends.Select(backend => backend.Name));
    }

    [Fact]
    public async Task A_disabled_backend_is_not_drained()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("POST", "/v1/backends/b1/disable");

        Assert.StartsWith("409 ", await rig.AskAsync("POST", "/v1/backends/b1/drain"), StringComparison.Ordinal);
        Assert.StartsWith("400 ", await rig.AskAsync("POST", "/v1/backends/b2/drain", """{"deadline":"soon"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_probes_find_is_its_state_also_of_one_that_joined()
    {
        await using var rig = await ControlRig.StartAsync(
            "{ backends: { count: 2, latency: 1ms }, health: { active: { interval: 20ms, fall: 1, rise: 1 } } }");
        await rig.AskAsync("POST", "/v1/backends", """{"latency":"1ms"}""");
        await StateAsync(rig, "b3", "up");

        await rig.AskAsync("POST", "/v1/faults", """{"name":"ill","target":"b3","action":"fail-health"}""");
        await StateAsync(rig, "b3", "down");
        await rig.AskAsync("DELETE", "/v1/faults/ill");
        await StateAsync(rig, "b3", "up");

        Assert.Equal("204", await rig.AskAsync("DELETE", "/v1/backends/b1"));
        await rig.AskAsync("POST", "/v1/backends/b2/kill");
        await StateAsync(rig, "b2", "down");
    }

    [Fact]
    public async Task A_restart_is_over_when_it_has_happened()
    {
        await using var rig = await ControlRig.StartAsync();

        Assert.Contains("\"detail\":\"\"", await rig.AskAsync("POST", "/v1/backends/b1/restart"));

        Assert.Contains("restart-b1 begins: restart on b1", await rig.AskAsync("GET", "/v1/events"));
        Assert.Equal("200 []", await rig.AskAsync("GET", "/v1/faults"));
    }

    private static Task StateAsync(ControlRig rig, string backend, string state) => Eventually.TrueAsync(
        () => new SessionView(rig.Session).Backend(backend).State == state, $"{backend} is {state}");

    private static async Task ServesAsync(ControlRig rig, string backend)
    {
        using var client = new HttpClient();
        for (var request = 0; request < 1000; request++)
        {
            if (await PickedAsync(client, rig) == backend)
            {
                return;
            }
        }

        Assert.Fail($"{backend} was never picked");
    }

    private static async Task<string> PickedAsync(HttpClient client, ControlRig rig)
    {
        using var answer = await client.GetAsync(rig.Session.World.Address, TestContext.Current.CancellationToken);
        return answer.Headers.GetValues("x-lb-backend").Single();
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, ControlRig rig)
    {
        using var answer = await client.GetAsync(rig.Session.World.Address, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
