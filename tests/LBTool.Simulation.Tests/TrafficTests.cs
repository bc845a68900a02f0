using LBTool.Core.Arrivals;
using LBTool.Core.Measurements;
using static LBTool.Simulation.Tests.Sample;

namespace LBTool.Simulation.Tests;

/// <summary>What simulated requests carry: keys, and the cookies of their session.</summary>
public class TrafficTests
{
    private const string Load = "executor: constant-arrival-rate, rate: 100/s, duration: 10s, timeout: 2s";

    [Theory]
    [InlineData("path", "20")]
    [InlineData("'header:X-User'", "{ count: 20, also: 'header:x-user' }")]
    [InlineData("'cookie:user'", "{ count: 20, also: 'cookie:user' }")]
    [InlineData("'query:user'", "{ count: 20, also: 'query:user' }")]
    public void A_key_stays_at_its_backend(string hashed, string keys)
    {
        var result = Run(backends: "{ count: 5, latency: 10ms }", algorithm: $"{{ name: ring, key: {hashed} }}", load: $"{{ {Load}, keys: {keys} }}");

        var mix = new RequestMix(result.Plan.Scenario.Load, result.Plan.Seed);
        var homes = result.Requests.GroupBy(request => mix.KeyOf(request.Number), request => request.Backend).ToArray();
        Assert.Equal(20, homes.Length);
        Assert.All(homes, backends => Assert.Single(backends.Distinct()));
        Assert.True(homes.SelectMany(backends => backends).Distinct().Count() >= 3);
    }

    // Each of the two backends sees the even or the odd requests, and misses each of its keys once.
    [Fact]
    public void Caches_are_by_key()
    {
        var result = Run(backends: "{ count: 2, cache: { size: 50, hit: 1ms, miss: 5ms } }", load: $"{{ {Load}, keys: 10 }}");

        Assert.Equal(1000, result.Findings.Length);
        Assert.Equal(20, result.Findings.Count(finding => finding.What == Finding.CacheMiss));
        Assert.Equal(980, result.Requests.Count(request => request.Latency == Ms(1)));
    }

    // Ten sessions, by twos at a backend: each begins once, and is known from then on.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Sessions_keep_the_cookies_of_balancer_and_backend(double hop)
    {
        var result = Run(
            backends: "{ count: 5, latency: 10ms, sessions: true }", target: ", sticky: { by: cookie }",
            load: $"{{ {Load}, clients: 2, sessions: 5 }}", options: new SimulationOptions { NetworkDelay = Ms(hop) });

        Assert.Equal(10, result.Findings.Count(finding => finding.What == Finding.SessionNew));
        Assert.Equal(990, result.Findings.Count(finding => finding.What == Finding.SessionKnown));
        Assert.All(Enumerable.Range(0, 5), index => Assert.Equal(200, result.Leases.Count(lease => lease.Backend == index)));
    }

    // Without a sticky balancer the session of a request is mostly somewhere else at first, and where it has been once
    // it is known: it is lost at four backends of five.
    [Fact]
    public void Without_sticky_sessions_a_backend_does_not_find_them()
    {
        var result = Run(
            backends: "{ count: 5, latency: 10ms, sessions: true }", algorithm: "random", load: $"{{ {Load}, sessions: 3 }}");

        Assert.Equal(3 * 4, result.Findings.Count(finding => finding.What == Finding.SessionMissing));
    }
}
