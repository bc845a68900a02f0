using LBTool.Core.Measurements;

namespace LBTool.Live.Tests.Control;

/// <summary>A session that balances connections.</summary>
public class TcpSessionTests
{
    private const string Target = "{ protocol: tcp, backends: { count: 3, latency: 1ms } }";

    [Theory]
    [InlineData("""{"target":"b1","http":{"status":503}}""", "need protocol: http")]
    [InlineData("""{"target":"b1","action":"fail-app"}""", "about HTTP answers")]
    public async Task Faults_of_http_answers_are_refused(string fault, string why)
    {
        await using var rig = await ControlRig.StartAsync(Target);

        var answer = await rig.AskAsync("POST", "/v1/faults", fault);

        Assert.StartsWith("400 ", answer, StringComparison.Ordinal);
        Assert.Contains(why, answer, StringComparison.Ordinal);
        Assert.Empty(rig.Session.Faults.All);
    }

    [Fact]
    public async Task A_load_with_keys_is_refused()
    {
        await using var rig = await ControlRig.StartAsync(Target);

        var answer = await rig.AskAsync("PUT", "/v1/load", """{"rate":"100/s","keys":{"count":10}}""");

        Assert.StartsWith("400 ", answer, StringComparison.Ordinal);
        Assert.Contains("keys: they are parts of HTTP requests", answer, StringComparison.Ordinal);
        Assert.Null(rig.Session.Load.Current);
    }

    [Theory]
    [InlineData("new")]
    [InlineData("kept")]
    public async Task Requests_go_to_backends_that_join_and_leave(string connections)
    {
        await using var rig = await ControlRig.StartAsync(Target);
        Assert.Equal("tcp", rig.Session.World.Address!.Scheme);
        Assert.StartsWith("200 ", await rig.AskAsync("PUT", "/v1/load", $$"""{"rate":"500/s","connections":"{{connections}}"}"""), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => rig.Session.World.Recording.Attempts.Count > 20, "requests arrive");

        Assert.StartsWith("201 ", await rig.AskAsync("POST", "/v1/backends", """{"name":"b4","latency":"1ms"}"""), StringComparison.Ordinal);
        if (connections == "new")
        {
            await Eventually.TrueAsync(() => rig.Session.World.Recording.Attempts.Read().Any(attempt => attempt.Backend == 3), "some arrive at the new one");
        }

        Assert.StartsWith("204", await rig.AskAsync("DELETE", "/v1/backends/b1"), StringComparison.Ordinal);
        Assert.StartsWith("204", await rig.AskAsync("DELETE", "/v1/load"), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => rig.Session.World.Pool!.InFlight == 0, "all connections have ended");
        Assert.Contains(rig.Session.World.Recording.Requests.Read(), request => request.Outcome == RequestOutcome.Ok);
    }
}
