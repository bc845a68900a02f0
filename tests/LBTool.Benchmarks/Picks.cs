using System.Reflection;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using LBTool.Core.Balancing;
using LBTool.Core.Randomness;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace LBTool.Benchmarks;

/// <summary>
/// What a pick costs: nanoseconds and bytes for each algorithm, beside YARP's own policy of the same name in the same
/// run. Goal: 0 bytes, and a ratio of at most 1 to YARP. In an idle pool every backend is tied; in a busy one each has
/// one to three requests in flight, a third of them tied for the least.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
[HideColumns("Error", "RatioSD", "Alloc Ratio")]
public class Picks
{
    private readonly DefaultHttpContext _context = new();
    private readonly ClusterState _cluster = new("pool");
    private Backend[] _backends = [];
    private DestinationState[] _destinations = [];
    private Dictionary<string, ILoadBalancingPolicy> _policies = [];
    private RoundRobin _roundRobin = null!;
    private UniformRandom _random = null!;
    private LeastConnections _leastConnections = null!;
    private PowerOfTwoChoices _powerOfTwo = null!;
    private ILoadBalancingPolicy _yarpRoundRobin = null!;
    private ILoadBalancingPolicy _yarpRandom = null!;
    private ILoadBalancingPolicy _yarpLeastRequests = null!;
    private ILoadBalancingPolicy _yarpPowerOfTwo = null!;

    [Params(10, 1000)]
    public int Backends { get; set; }

    [Params(false, true)]
    public bool Busy { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _backends = [.. Enumerable.Range(0, Backends).Select(i => new Backend($"b{i + 1}", i))];
        _destinations = [.. Enumerable.Range(0, Backends).Select(i => new DestinationState($"b{i + 1}"))];
        if (Busy)
        {
            MakeBusy();
        }

        var services = new ServiceCollection().AddLogging();
        services.AddReverseProxy();
        _policies = services.BuildServiceProvider().GetServices<ILoadBalancingPolicy>().ToDictionary(policy => policy.Name);
        _yarpRoundRobin = _policies[LoadBalancingPolicies.RoundRobin];
        _yarpRandom = _policies[LoadBalancingPolicies.Random];
        _yarpLeastRequests = _policies[LoadBalancingPolicies.LeastRequests];
        _yarpPowerOfTwo = _policies[LoadBalancingPolicies.PowerOfTwoChoices];
        _roundRobin = new RoundRobin();
        _random = new UniformRandom(new RandomStream(1));
        _leastConnections = new LeastConnections(new RandomStream(2));
        _powerOfTwo = new PowerOfTwoChoices(new RandomStream(3));
    }

    [Benchmark(Baseline = true, Description = "YARP"), BenchmarkCategory("round-robin")]
    public DestinationState? YarpRoundRobin() => _yarpRoundRobin.PickDestination(_context, _cluster, _destinations);

    [Benchmark(Description = "lbtool"), BenchmarkCategory("round-robin")]
    public Backend RoundRobin() => _roundRobin.Pick(_backends);

    [Benchmark(Baseline = true, Description = "YARP"), BenchmarkCategory("random")]
    public DestinationState? YarpRandom() => _yarpRandom.PickDestination(_context, _cluster, _destinations);

    [Benchmark(Description = "lbtool"), BenchmarkCategory("random")]
    public Backend Random() => _random.Pick(_backends);

    [Benchmark(Baseline = true, Description = "YARP"), BenchmarkCategory("least-connections")]
    public DestinationState? YarpLeastRequests() => _yarpLeastRequests.PickDestination(_context, _cluster, _destinations);

    [Benchmark(Description = "lbtool"), BenchmarkCategory("least-connections")]
    public Backend LeastConnections() => _leastConnections.Pick(_backends);

    [Benchmark(Baseline = true, Description = "YARP"), BenchmarkCategory("power-of-two-choices")]
    public DestinationState? YarpPowerOfTwo() => _yarpPowerOfTwo.PickDestination(_context, _cluster, _destinations);

    [Benchmark(Description = "lbtool"), BenchmarkCategory("power-of-two-choices")]
    public Backend PowerOfTwo() => _powerOfTwo.Pick(_backends);

    private void MakeBusy()
    {
        // YARP's counter has no public way up; its value does not matter, only that it is there to be read.
        var counter = typeof(DestinationState).GetProperty("ConcurrencyCounter", BindingFlags.Instance | BindingFlags.NonPublic)!;
        for (var i = 0; i < Backends; i++)
        {
            var pool = new Pool([_backends[i]], new RoundRobin());
            var count = counter.GetValue(_destinations[i])!;
            for (var times = 0; times <= i % 3; times++)
            {
                pool.Take(TimeSpan.Zero);
                count.GetType().GetMethod("Increment")!.Invoke(count, null);
            }
        }
    }
}
