using System.Diagnostics;
using System.Net;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;

namespace LBTool.Live.Tests;

/// <summary>Actions of a scenario, as clients and probers of a running world see them.</summary>
public class LiveMemberTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fail_health_makes_only_the_health_endpoint_fail_and_fail_app_only_the_application()
    {
        await using var world = await StartAsync("{ count: 1 }");
        using var client = Rig.NewClient(world.Members[0].FaultProxy, 1);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), await StatusesAsync());
        await world.BeginAsync(Fault("sick", "fail-health"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), await StatusesAsync());
        await world.BeginAsync(Fault("broken", "fail-app"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.InternalServerError), await StatusesAsync());
        await world.EndAsync(Fault("sick", "fail-health"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.InternalServerError), await StatusesAsync());
        await world.EndAsync(Fault("broken", "fail-app"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), await StatusesAsync());

        async Task<(HttpStatusCode Health, HttpStatusCode Application)> StatusesAsync()
        {
            using var health = await client.GetAsync("/healthz", Stop);
            using var application = await client.GetAsync("/", Stop);
            return (health.StatusCode, application.StatusCode);
        }
    }

    [Fact]
    public async Task A_lie_shows_through_the_balancer_too()
    {
        await using var world = await StartAsync("{ count: 1 }");
        using var client = new HttpClient { BaseAddress = world.Address };
        await world.BeginAsync(Fault("broken", "fail-app"));

        using var answer = await client.GetAsync("/", Stop);

        Assert.Equal((HttpStatusCode.InternalServerError, "b1"), (answer.StatusCode, answer.Header(LbHeaders.Backend)));
        Assert.Equal("ok", await client.GetStringAsync("/healthz", Stop));
    }

    [Fact]
    public async Task Lost_capacity_holds_requests_until_the_fault_ends()
    {
        await using var world = await StartAsync("{ count: 1, latency: 0 }");
        using var client = new HttpClient { BaseAddress = world.Address };
        var fault = Fault("weak", "lose-capacity", ", workers: 0");
        await world.BeginAsync(fault);
        var waiting = client.GetStringAsync("/", Stop);
        await Eventually.TrueAsync(() => world.Recording.Attempts.Count == 1, "it has arrived");
        Assert.False(waiting.IsCompleted);

        await world.EndAsync(fault);

        Assert.StartsWith("b1\n", await waiting);
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("stop")]
    public async Task A_backend_is_cold_and_empty_when_it_comes_back(string action)
    {
        var cold = TimeSpan.FromMilliseconds(400);
        await using var world = await StartAsync("{ count: 1, latency: 20ms, sessions: true, cold_start: { factor: 20, requests: 1 } }");
        Assert.Equal("new", await SessionAsync());
        Assert.Equal("known", await SessionAsync());

        var fault = Fault("crash", action);
        await world.BeginAsync(fault);
        await world.EndAsync(fault);

        var start = Stopwatch.GetTimestamp();
        Assert.Equal("new", await SessionAsync());
        Assert.True(Stopwatch.GetElapsedTime(start) >= cold);
        Assert.Equal("known", await SessionAsync());

        async Task<string?> SessionAsync()
        {
            using var client = Rig.NewClient(world.Members[0].FaultProxy, 1);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.Add(LbHeaders.Session, "s1");
            using var answer = await client.SendAsync(request, Stop);
            return answer.Header(LbHeaders.Session);
        }
    }

    [Fact]
    public async Task A_cut_link_leaves_the_process_as_it_is()
    {
        await using var world = await StartAsync("{ count: 1, cache: { size: 1, hit: 0, miss: 0 } }");
        Assert.Equal("miss", await CacheAsync());
        var fault = Fault("cable", "down");
        await world.BeginAsync(fault);
        await world.EndAsync(fault);

        Assert.Equal("hit", await CacheAsync());

        async Task<string?> CacheAsync()
        {
            using var client = Rig.NewClient(world.Members[0].FaultProxy, 1);
            using var answer = await client.GetAsync("/", Stop);
            return answer.Header(LbHeaders.Cache);
        }
    }

    private static async Task<LiveWorld> StartAsync(string backends)
    {
        var world = new LiveWorld(Planner.Plan(Scenario(backends, "[]"), seed: 1));
        await world.StartAsync(Stop);
        return world;
    }

    private static PlannedFault Fault(string name, string action, string more = "")
    {
        var fault = Scenario("{ count: 1 }", $"[{{ name: {name}, at: 1s, target: b1, action: {action}{more} }}]").Faults[0];
        return new PlannedFault(name, TimeSpan.Zero, TimeSpan.MaxValue, [0], fault.Effect);
    }

    private static Scenario Scenario(string backends, string faults)
    {
        var reading = ScenarioReader.Read(
            $"version: 1\nname: x\ntarget: {{ backends: {backends} }}\nload: {{ rate: 1/s, duration: 9s }}\nfaults: {faults}\n", "x.lb.yaml");
        Assert.Empty(reading.Problems);
        return reading.Scenario!;
    }
}
