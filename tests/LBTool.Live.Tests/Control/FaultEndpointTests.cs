using LBTool.Live.Tests.Toxiproxy;

namespace LBTool.Live.Tests.Control;

public class FaultEndpointTests
{
    private const string Slow = """{"name":"slow","target":"b1","toxic":{"type":"latency","latency":"200ms"}}""";

    [Fact]
    public async Task A_fault_begins_is_listed_and_ends()
    {
        await using var rig = await ControlRig.StartAsync();
        const string Shown = """{"name":"slow","target":["b1"],"kind":"toxic","summary":"latency toxic (jitter=0, latency=200)","startedAtMs":#,"endsAtMs":#,"toxic":{"type":"latency","latency":"200ms"},"action":null,"http":null}""";

        Assert.Equal($"201 {Shown}", await rig.AskAsync("POST", "/v1/faults", Slow));
        Assert.Equal($"200 [{Shown}]", await rig.AskAsync("GET", "/v1/faults"));
        Assert.Equal($"200 {Shown}", await rig.AskAsync("GET", "/v1/faults/slow"));
        Assert.Equal("204", await rig.AskAsync("DELETE", "/v1/faults/slow"));
        Assert.Equal("200 []", await rig.AskAsync("GET", "/v1/faults"));
    }

    [Fact]
    public async Task A_fault_ends_when_its_time_is_over()
    {
        await using var rig = await ControlRig.StartAsync();

        await rig.AskAsync("POST", "/v1/faults", """{"target":"b1","action":"kill","for":"50ms"}""");

        await Eventually.TrueAsync(() => rig.Session.Faults.All.Count == 0, "no fault acts");
        Assert.Contains("kill-b1 ends", await rig.AskAsync("GET", "/v1/events"));
    }

    [Theory]
    [InlineData("""{"target":"b2","toxic":{"type":"latency","latency":"1ms"}}""", "latency-b2")]
    [InlineData("""{"target":"all","http":{"status":503}}""", "http-all")]
    [InlineData("""{"target":["b1","b3"],"action":"pause"}""", "pause-2-backends")]
    [InlineData("""{"target":"one","action":"fail-app"}""", "fail-app-one")]
    public async Task A_fault_without_a_name_gets_one(string body, string name)
    {
        await using var rig = await ControlRig.StartAsync();

        Assert.StartsWith($$"""201 {"name":"{{name}}","target":[""", await rig.AskAsync("POST", "/v1/faults", body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_taken_and_an_action_twice_are_409()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("POST", "/v1/faults", Slow);
        await rig.AskAsync("POST", "/v1/faults", """{"name":"dead","target":"b2","action":"kill"}""");
        var before = await rig.StateAsync();

        Assert.Equal(
            """409 {"error":"a fault called 'slow' acts already; remove it first, or give this one another name","status":409,"allowed":null}""",
            await rig.AskAsync("POST", "/v1/faults", Slow));
        Assert.Equal(
            """409 {"error":"the same action acts on b2 already: 'dead'; remove that first","status":409,"allowed":null}""",
            await rig.AskAsync("POST", "/v1/faults", """{"name":"dead-too","target":"all","action":"kill"}"""));
        Assert.Equal(before, await rig.StateAsync());
    }

    [Fact]
    public async Task A_backend_drains_once_at_a_time_whatever_the_deadline()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("POST", "/v1/faults", """{"name":"first","target":"b1","action":"drain","deadline":"10s"}""");

        Assert.Contains("the same action acts on b1 already: 'first'",
            await rig.AskAsync("POST", "/v1/faults", """{"name":"second","target":"all","action":"drain","deadline":"20s"}"""));
        Assert.Single(rig.Session.Faults.All);
    }

    [Theory]
    [InlineData("""{"target":"b9","action":"kill"}""", """{"error":"target: unknown backend 'b9'; did you mean 'b1'? known: b1, b2, b3","status":400,"allowed":["b1","b2","b3"]}""")]
    [InlineData("""{"target":"b1","action":"kill","at":"3s"}""", """{"error":"unknown key 'at' in a fault; allowed: name, for, target, toxic, action, workers, weight, deadline, http","status":400,"allowed":["name","for","target","toxic","action","workers","weight","deadline","http"]}""")]
    [InlineData("""{"target":"b1","action":"kil"}""", """{"error":"action: unknown action 'kil'; did you mean 'kill'? known: """)]
    [InlineData("""{"target":"b1","toxic":{"type":"latency","latency":"fast"}}""", """{"error":"latency: expected """)]
    [InlineData("""{"target":"b1"}""", """{"error":"a fault: needs exactly one of toxic, action, http; there is none","status":400,"allowed":null}""")]
    [InlineData("""{"target":"b1","name":"end","action":"kill"}""", """{"error":"'end' is the run's own; give this another name","status":400,"allowed":null}""")]
    [InlineData("""{"target":4,"action":"kill"}""", """{"error":"target: 4 backends are more than there are, 3","status":400,"allowed":null}""")]
    [InlineData("""{"target":"b1","target":"b2","action":"kill"}""", """{"error":"duplicate key 'target'","status":400,"allowed":null}""")]
    [InlineData("{", """{"error":"not valid JSON: """)]
    [InlineData("\"\\ud800\"", """{"error":"not valid JSON: """)]
    [InlineData("", """{"error":"target: missing; it is """)]
    public async Task What_is_wrong_is_400_and_changes_nothing(string body, string message)
    {
        await using var rig = await ControlRig.StartAsync();

        Assert.StartsWith($"400 {message}", await rig.AskAsync("POST", "/v1/faults", body), StringComparison.Ordinal);

        Assert.Equal("200 []", await rig.AskAsync("GET", "/v1/faults"));
        Assert.Equal("200 []", await rig.AskAsync("GET", "/v1/events"));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task An_unknown_fault_is_404_with_the_known_ones(string method)
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("POST", "/v1/faults", Slow);

        Assert.Equal(
            """404 {"error":"unknown fault 'slo'; did you mean 'slow'? known: slow","status":404,"allowed":["slow"]}""", await rig.AskAsync(method, "/v1/faults/slo"));
    }

    [Fact]
    public async Task All_faults_end_at_once()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("POST", "/v1/faults", Slow);
        await rig.AskAsync("POST", "/v1/backends/b2/kill");

        Assert.Equal("204", await rig.AskAsync("DELETE", "/v1/faults"));

        Assert.Equal("200 []", await rig.AskAsync("GET", "/v1/faults"));
        Assert.Equal("204", await rig.AskAsync("DELETE", "/v1/faults"));
    }

    [Fact]
    public async Task A_toxic_of_the_same_name_that_came_through_the_Toxiproxy_API_is_503_and_changes_nothing()
    {
        await using var rig = await ControlRig.StartAsync();
        using var client = new HttpClient { BaseAddress = rig.Session.World.Toxiproxy };
        using var added = await client.PostAsync("/proxies/b1/toxics", new StringContent("""{"name":"slow","type":"latency","attributes":{"latency":1}}"""), TestContext.Current.CancellationToken);
        Assert.True(added.IsSuccessStatusCode);

        Assert.StartsWith("503 ", await rig.AskAsync("POST", "/v1/faults", Slow), StringComparison.Ordinal);

        Assert.Equal("200 []", await rig.AskAsync("GET", "/v1/faults"));
        Assert.Contains("\"slow\"", await client.GetStringAsync("/proxies/b1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_fault_that_begins_only_in_part_is_503_and_taken_back_where_it_failed_half_way_too()
    {
        await using var toxiproxy = await FlakyToxiproxy.StartAsync();
        await using var rig = await ControlRig.StartAsync(Behind(toxiproxy));
        var number = 0;
        toxiproxy.FailOnce(request => request.StartsWith("POST ", StringComparison.Ordinal) && request.Contains("/toxics") && Interlocked.Increment(ref number) == 4);

        Assert.StartsWith("503 ", await rig.AskAsync("POST", "/v1/faults", """{"target":"all","action":"pause"}"""), StringComparison.Ordinal);

        Assert.Equal("200 []", await rig.AskAsync("GET", "/v1/faults"));
        Assert.DoesNotContain("bandwidth", await toxiproxy.ProxiesAsync());
    }

    [Fact]
    public async Task A_fault_that_cannot_be_ended_is_still_listed_and_keeps_no_other_from_ending()
    {
        await using var toxiproxy = await FlakyToxiproxy.StartAsync();
        await using var rig = await ControlRig.StartAsync(Behind(toxiproxy));
        await rig.AskAsync("POST", "/v1/faults", Slow);
        await rig.AskAsync("POST", "/v1/faults", """{"name":"cable","target":"b2","action":"down"}""");
        toxiproxy.FailOnce(request => request.Contains("{\"enabled\":true}"));

        Assert.Contains("503 {\"error\":\"Faults could not be ended: ", await rig.AskAsync("DELETE", "/v1/faults"));
        Assert.Equal(["cable"], rig.Session.Faults.All.Select(fault => fault.Name));
        Assert.Contains("\"enabled\":false", await toxiproxy.ProxiesAsync());

        Assert.Equal("204", await rig.AskAsync("DELETE", "/v1/faults"));
        Assert.DoesNotContain("\"enabled\":false", await toxiproxy.ProxiesAsync());
    }

    private static string Behind(FlakyToxiproxy toxiproxy) =>
        $"{{ backends: {{ count: 2, latency: 1ms }}, fault_proxy: {{ engine: toxiproxy, url: '{toxiproxy.Address}' }} }}";
}
