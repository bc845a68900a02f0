using System.Collections.Immutable;
using System.Net;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Tests.Toxiproxy;

/// <summary>A run's own fault proxies, through the API.</summary>
public sealed class RunApiTests : IAsyncLifetime
{
    private readonly LiveWorld _world = new(
        new RunPlan(
            new Scenario(
                "run",
                Seed: 1,
                new Target(Protocol.Http, new AlgorithmChoice("round-robin", ImmutableSortedDictionary<string, double>.Empty), new HttpVersions(), Rig.LongTimeout, [Rig.Spec("b1"), Rig.Spec("b2")]),
                new LBTool.Core.Scenarios.Load(Executor.ConstantVus, 0, 1, ArrivalSpacing.Uniform, TimeSpan.FromDays(1), TimeSpan.Zero, 1, Rig.LongTimeout),
                [], [], [], new Gate()),
            1,
            []),
        new LiveOptions { Rehearse = false });

    private HttpClient _api = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static PlannedFault Fault { get; } = new(
        "drop", TimeSpan.Zero, TimeSpan.FromHours(1), [0],
        new ToxicEffect("latency", StreamDirection.Downstream, 1, ImmutableSortedDictionary<string, double>.Empty.Add("latency", 0.6)));

    public async ValueTask InitializeAsync()
    {
        await _world.StartAsync(Stop);
        _api = new HttpClient { BaseAddress = _world.Toxiproxy };
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task There_is_one_proxy_for_each_backend()
    {
        using var proxies = System.Text.Json.JsonDocument.Parse(await _api.GetStringAsync("proxies", Stop));

        Assert.Equal(["b1", "b2"], proxies.RootElement.EnumerateObject().Select(proxy => proxy.Name));
        Assert.Equal(
            _world.Members.Select(member => (member.FaultProxy.ToString(), member.Backend.ToString())),
            proxies.RootElement.EnumerateObject().Select(proxy => (proxy.Value.GetProperty("listen").GetString()!, proxy.Value.GetProperty("upstream").GetString()!)));
    }

    [Fact]
    public async Task Timeline_and_API_act_on_the_same_toxics()
    {
        await _world.BeginAsync(Fault);
        Assert.Contains("""{"attributes":{"latency":1,"jitter":0},"name":"drop","type":"latency",""", await _api.GetStringAsync("proxies/b1/toxics", Stop));

        using var reset = await _api.PostAsync("reset", null, Stop);
        Assert.Equal("[]", await _api.GetStringAsync("proxies/b1/toxics", Stop));
        await _world.EndAsync(Fault);

        using var added = await _api.PostAsync("proxies/b1/toxics", new StringContent("""{"type":"noop","name":"drop"}"""), Stop);
        var taken = await Assert.ThrowsAsync<WorldException>(() => _world.BeginAsync(Fault));
        Assert.Contains("already has a toxic called drop", taken.Message);
    }

    [Fact]
    public async Task A_disabled_backend_is_answered_for_by_the_balancer_until_it_is_back()
    {
        using var client = new HttpClient { BaseAddress = _world.Address };
        async Task<string> StatusesAsync() => string.Join(' ', new[] { await StatusAsync(client), await StatusAsync(client) }.Order());

        using var down = await _api.PostAsync("proxies/b1", new StringContent("""{"enabled":false}"""), Stop);
        Assert.Equal("200 502", await StatusesAsync());
        using var up = await _api.PostAsync("proxies/b1", new StringContent("""{"enabled":true}"""), Stop);
        Assert.Equal("200 200", await StatusesAsync());
    }

    [Theory]
    [InlineData("DELETE", "proxies/b1", "")]
    [InlineData("POST", "proxies/b1", """{"listen":"127.0.0.1:0"}""")]
    [InlineData("PATCH", "proxies/b1", """{"upstream":"x:1"}""")]
    [InlineData("POST", "populate", """[{"name":"b1","upstream":"x:1"}]""")]
    public async Task Proxies_of_a_run_stay_where_they_are(string method, string path, string body)
    {
        var before = await _api.GetStringAsync("proxies", Stop);
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body) };
        using var answer = await _api.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("proxy b1 belongs to a backend of this run", await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal(before, await _api.GetStringAsync("proxies", Stop));
    }

    private static async Task<int> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/", Stop);
        return (int)answer.StatusCode;
    }
}
