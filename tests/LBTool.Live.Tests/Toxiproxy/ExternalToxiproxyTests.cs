using System.Collections.Immutable;
using System.Net;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;
using LBTool.Live.Toxiproxy;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Tests.Toxiproxy;

/// <summary>A world whose faults a Toxiproxy server does: here our own one, over HTTP like any other.</summary>
public class ExternalToxiproxyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Faults_act_end_and_leave_no_proxy_behind()
    {
        await using var server = await StartAsync();
        await using (var world = World(server.Address))
        {
            await world.StartAsync(Stop);
            using var client = new HttpClient { BaseAddress = new Uri($"http://{world.Members[0].FaultProxy}"), Timeout = TimeSpan.FromSeconds(60) };
            Assert.Equal(server.Address, world.Toxiproxy);
            Assert.Contains($"\"lbtool-{Environment.ProcessId}-", await ProxiesAsync(server));

            var slow = Fault(new ToxicEffect("latency", StreamDirection.Downstream, 1, Attributes(("latency", 150), ("jitter", 0))));
            await world.BeginAsync(slow);
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/", Stop)).StatusCode);
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(150));
            await world.EndAsync(slow);
            await world.EndAsync(slow);
            Assert.Contains("\"toxics\":[]", await ProxiesAsync(server));

            foreach (var action in new[] { BackendAction.Down, BackendAction.Kill })
            {
                var fault = Fault(new ActionEffect(action));
                await world.BeginAsync(fault);
                await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/", Stop));
                await world.EndAsync(fault);
                Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/", Stop)).StatusCode);
            }

            var paused = Fault(new ActionEffect(BackendAction.Pause));
            await world.BeginAsync(paused);
            var waiting = client.GetAsync("/", Stop);
            Assert.NotSame(waiting, await Task.WhenAny(waiting, Task.Delay(100, Stop)));
            await world.EndAsync(paused);
            Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
        }

        Assert.Equal("{}", await ProxiesAsync(server));
    }

    [Fact]
    public async Task What_a_Toxiproxy_cannot_do_fails_with_what_to_do_instead()
    {
        await using var server = await StartAsync();
        await using var world = World(server.Address);
        await world.StartAsync(Stop);

        var stop = await Assert.ThrowsAsync<WorldException>(() => world.BeginAsync(Fault(new ActionEffect(BackendAction.Stop))));
        var fraction = await Assert.ThrowsAsync<WorldException>(() => world.BeginAsync(
            Fault(new ToxicEffect("latency", StreamDirection.Upstream, 1, Attributes(("latency", 0.5))))));
        var refused = await Assert.ThrowsAsync<WorldException>(() => world.BeginAsync(
            Fault(new ToxicEffect("earthquake", StreamDirection.Upstream, 1, Attributes()))));

        Assert.Contains("use action: down or kill", stop.Message);
        Assert.Contains("whole numbers only", fraction.Message);
        Assert.Contains("invalid toxic type", refused.Message);
    }

    [Fact]
    public async Task Nobody_there_is_a_failure_of_the_world()
    {
        var server = await StartAsync();
        var address = server.Address;
        await server.DisposeAsync();
        await using var world = World(address);

        var failure = await Assert.ThrowsAsync<WorldException>(() => world.StartAsync(Stop));
        Assert.Contains($"No Toxiproxy answers at {address}", failure.Message);
    }

    [Theory]
    [InlineData(200, "1.2.1", "is version 1.2.1, which is too old")]
    [InlineData(200, "{\"version\": \"1.9.0\"}", "is version 1.9.0, which is too old")]
    [InlineData(404, "not here", "did not tell its version: status 404")]
    [InlineData(200, "{\"version\": \"2.12.0\"}", "is no Toxiproxy")]
    [InlineData(200, "git-abcdef", "is no Toxiproxy")]
    public async Task A_server_that_is_too_old_or_something_else_is_a_failure_of_the_world(int status, string answer, string message)
    {
        await using var server = new HttpServer(new IPEndPoint(IPAddress.Loopback, 0), 1, context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(answer);
        });
        await server.StartAsync(Stop);
        await using var world = World(new Uri($"http://{server.EndPoint}"));

        Assert.Contains(message, (await Assert.ThrowsAsync<WorldException>(() => world.StartAsync(Stop))).Message);
    }

    [Fact]
    public async Task A_server_that_goes_away_does_not_keep_the_world_from_ending()
    {
        var server = await StartAsync();
        var world = World(server.Address);
        await world.StartAsync(Stop);
        await server.DisposeAsync();

        await Assert.ThrowsAsync<WorldException>(() => world.BeginAsync(Fault(new ActionEffect(BackendAction.Down))));
        await world.DisposeAsync();
    }

    private static LiveWorld World(Uri toxiproxy)
    {
        var scenario = new Scenario(
            "external",
            Seed: 1,
            new Target(Protocol.Http, new AlgorithmChoice("round-robin", ImmutableSortedDictionary<string, double>.Empty), new HttpVersions(), Rig.LongTimeout, [Rig.Spec("b1")], toxiproxy),
            new LBTool.Core.Scenarios.Load(Executor.ConstantVus, 0, 1, ArrivalSpacing.Uniform, TimeSpan.FromDays(1), TimeSpan.Zero, 1, Rig.LongTimeout),
            [], [], [], new Gate());
        return new LiveWorld(new RunPlan(scenario, 1, []), new LiveOptions { Rehearse = false });
    }

    private static PlannedFault Fault(FaultEffect effect) => new("fault", TimeSpan.Zero, TimeSpan.FromHours(1), [0], effect);

    private static ImmutableSortedDictionary<string, double> Attributes(params (string Name, double Value)[] attributes) =>
        attributes.ToImmutableSortedDictionary(attribute => attribute.Name, attribute => attribute.Value);

    private static async Task<ToxiproxyServer> StartAsync()
    {
        var server = new ToxiproxyServer(new ToxiproxyOptions { Seed = 1 });
        await server.StartAsync(Stop);
        return server;
    }

    private static async Task<string> ProxiesAsync(ToxiproxyServer server)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        return await client.GetStringAsync("proxies", Stop);
    }
}
