using LBTool.Core.Scenarios;
using LBTool.Live.Control;

namespace LBTool.Live.Tests.Control;

public class SessionEndpointTests
{
    [Fact]
    public async Task The_session_says_what_it_is()
    {
        await using var rig = await ControlRig.StartAsync("{ algorithm: { name: power-of-two-choices, choices: 3 }, backends: { count: 1 } }");

        var shown = await rig.AskAsync("GET", "/v1/session");

        Assert.StartsWith(
            """200 {"name":"rig","pid":#,"version":"1.2.3","startedAt":#,"elapsedMs":#,"algorithm":{"name":"power-of-two-choices","parameters":{"choices":"3"}},"seed":"42","balancer":"http://127.0.0.1:#","toxiproxy":"http://127.0.0.1:#","backends":[{"name":"b1",""",
            shown, StringComparison.Ordinal);
        Assert.EndsWith("""],"faults":[],"load":null}""", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_is_accepted_and_asks_for_the_end()
    {
        await using var rig = await ControlRig.StartAsync("{ drain: { deadline: 90s }, backends: { count: 1 } }");
        Assert.StartsWith("400 ", await rig.AskAsync("POST", "/v1/session/stop", """{"now":true}"""), StringComparison.Ordinal);
        Assert.False(rig.Session.Stopped.IsCompleted);

        Assert.Equal("""202 {"drainMs":90000}""", await rig.AskAsync("POST", "/v1/session/stop", "{}"));

        Assert.True(rig.Session.Stopped.IsCompleted);
    }

    [Fact]
    public async Task A_reset_ends_faults_and_counts_anew_and_the_load_goes_on()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("POST", "/v1/backends/b1/kill");
        await rig.AskAsync("PUT", "/v1/load", """{"rate":"500/s"}""");
        await Eventually.TrueAsync(() => rig.Session.Traffic.At().Errors >= 100, "a hundred errors were counted");

        var shown = await rig.AskAsync("POST", "/v1/session/reset");

        Assert.Contains("\"faults\":[]", shown);
        Assert.Contains("\"rate\":500", shown);

        // What was in flight may still end badly; those before are not counted any more.
        Assert.InRange(rig.Session.Traffic.At().Errors, 0, 99);
    }

    [Fact]
    public async Task Events_are_numbered_and_can_be_asked_for_from_one_on()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("POST", "/v1/faults", """{"name":"slow","target":"b2","toxic":{"type":"latency","latency":1}}""");
        await rig.AskAsync("DELETE", "/v1/faults/slow");
        const string Ends = """{"n":2,"atMs":#,"kind":"faultEnd","backend":"b2","name":"slow","text":"slow ends"}""";

        Assert.Equal(
            $$"""200 [{"n":1,"atMs":#,"kind":"faultStart","backend":"b2","name":"slow","text":"slow begins: latency toxic (jitter=0, latency=1) on b2"},{{Ends}}]""",
            await rig.AskAsync("GET", "/v1/events"));
        Assert.Equal($"200 [{Ends}]", await AskAsync(rig, "1"));
        Assert.Equal("200 []", await AskAsync(rig, "2"));
        Assert.Equal("""400 {"error":"since 'x': must be the number of an event, 0 or more","status":400,"allowed":null}""", await AskAsync(rig, "x"));
    }

    [Fact]
    public async Task A_while_is_watched_and_judged()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("PUT", "/v1/load", """{"rate":"200/s"}""");

        Assert.Matches("""^200 \{"text":"errors == 0","verdict":"passed","actual":"0","bound":"== 0","samples":[1-9]\d+,"interval":null,"reason":null\}$""",
            await rig.AskAsync("POST", "/v1/expect", """{"expr":"errors == 0","for":"500ms"}"""));

        await rig.AskAsync("POST", "/v1/faults", """{"target":"all","http":{"status":503}}""");
        Assert.Contains("\"verdict\":\"failed\"", await rig.AskAsync("POST", "/v1/expect", """{"expr":"errors == 0","for":"500ms"}"""));
    }

    [Fact]
    public async Task Requests_of_other_programs_are_judged_too()
    {
        await using var rig = await ControlRig.StartAsync();
        var watching = rig.AskAsync("POST", "/v1/expect", """{"expr":"requests >= 20","for":"2s"}""");
        using var client = new HttpClient();
        while (!watching.IsCompleted)
        {
            using var answer = await client.GetAsync(rig.Session.World.Address, TestContext.Current.CancellationToken);
        }

        Assert.Contains("\"verdict\":\"passed\"", await watching);
    }

    [Fact]
    public async Task Without_traffic_nothing_can_be_said()
    {
        await using var rig = await ControlRig.StartAsync();

        Assert.Contains("\"verdict\":\"inconclusive\"", await rig.AskAsync("POST", "/v1/expect", """{"expr":"p99 < 1s","for":"10ms"}"""));
    }

    [Theory]
    [InlineData("""{"expr":"p99 << 1s","for":"1s"}""", "expr: ")]
    [InlineData("""{"expr":"share{backend=b9} < 1%","for":"1s"}""", "expr: ")]
    [InlineData("""{"expr":"p99 < 1s during slow","for":"1s"}""", "expr: ")]
    [InlineData("""{"expr":"p99 < 1s"}""", "for: missing; it is a duration above 0, at most 10m")]
    [InlineData("""{"expr":"p99 < 1s","for":"1h"}""", "for: expected a duration above 0, at most 10m; found '1h'")]
    public async Task An_expectation_that_cannot_be_judged_is_400_at_once(string body, string message)
    {
        await using var rig = await ControlRig.StartAsync();

        Assert.StartsWith($$"""400 {"error":"{{message}}""", await rig.AskAsync("POST", "/v1/expect", body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_done_by_hand_reads_as_a_scenario()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("PUT", "/v1/load", """{"rate":"100/s"}""");
        await rig.AskAsync("POST", "/v1/backends/b1/kill");
        await rig.AskAsync("POST", "/v1/backends/b1/start");
        await rig.AskAsync("POST", "/v1/backends/b1/kill");
        await rig.AskAsync("POST", "/v1/faults", """{"target":"one","http":{"status":503},"for":"1h"}""");
        await rig.AskAsync("POST", "/v1/backends", """{"latency":"3ms"}""");
        await rig.AskAsync("PATCH", "/v1/backends/b2", """{"weight":0.5,"latency":"4ms"}""");
        await rig.AskAsync("POST", "/v1/faults", """{"target":"b4","toxic":{"type":"bandwidth","rate":"100KB/s"}}""");
        await rig.AskAsync("POST", "/v1/expect", """{"expr":"errors < 100%","for":"10ms"}""");
        await rig.AskAsync("DELETE", "/v1/faults");
        await rig.AskAsync("DELETE", "/v1/backends/b4");

        var journal = (await rig.AskAsync("GET", "/v1/journal"))["200 ".Length..];
        var reading = ScenarioReader.Read(journal, "journal");

        Assert.Empty(reading.Problems);
        var scenario = reading.Scenario!;
        Assert.Equal("session rig", scenario.Name);
        Assert.Equal(42ul, scenario.Seed);
        Assert.Equal("power-of-two-choices", scenario.Target.Algorithm.Name);
        Assert.Equal(["b1", "b2", "b3", "b4"], scenario.Target.Backends.Select(backend => backend.Name));
        Assert.Equal(["kill-b1", "kill-b1-2", "http-one", "weight-b2", "bandwidth-b4", "remove-b4"], scenario.Faults.Select(fault => fault.Name));
        Assert.StartsWith("errors < 100% during ", Assert.Single(scenario.Expect).Text, StringComparison.Ordinal);
        Assert.Contains("# No load", (await (await NewSessionAsync()).AskAsync("GET", "/v1/journal")));
    }

    [Fact]
    public async Task Metrics_are_in_the_format_of_Prometheus()
    {
        await using var rig = await ControlRig.StartAsync("{ backends: { count: 1, latency: 1ms } }");
        await rig.AskAsync("PUT", "/v1/load", """{"rate":"100/s","duration":"50ms"}""");
        await Eventually.TrueAsync(() => rig.Session.Traffic.At().Requests == 5, "5 requests were balanced");

        var metrics = await rig.AskAsync("GET", "/metrics");

        Assert.Contains("# TYPE lbtool_requests_total counter\nlbtool_requests_total{backend=\"b1\"} 5\n", metrics);
        Assert.Contains("lbtool_up{backend=\"b1\"} 1\n", metrics);
        Assert.All(metrics["200 ".Length..].Split('\n'), line => Assert.Matches(@"^(# (HELP|TYPE) \w+ .+|\w+(\{backend=""\w+""\})? [0-9.e-]+)$", line));
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", "404")]
    [InlineData("GET", "/v1/backends/", "404")]
    [InlineData("GET", "/v1/backends/b1/kill", "405")]
    [InlineData("PUT", "/v1/session", "405")]
    [InlineData("POST", "/v1/backends/b1/explode", "404")]
    public async Task What_is_not_there_says_so(string method, string path, string status)
    {
        await using var rig = await ControlRig.StartAsync();

        Assert.StartsWith($$"""{{status}} {"error":""", await rig.AskAsync(method, path), StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(ControlRig rig, string since)
    {
        var answer = await rig.AnswerAsync(new ControlRequest("GET", "/v1/events", default)
        {
            Query = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("since", since),
        });
        return System.Text.RegularExpressions.Regex.Replace($"{answer.Status} {System.Text.Encoding.UTF8.GetString(answer.Body.Span)}", "\"atMs\":[^,]+", "\"atMs\":#");
    }

    private static Task<ControlRig> NewSessionAsync() => ControlRig.StartAsync();
}
