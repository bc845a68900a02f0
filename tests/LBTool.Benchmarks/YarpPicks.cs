using System.Reflection;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace LBTool.Benchmarks;

/// <summary>What a pick of YARP's policies costs, as busy as the pool of <see cref="Picks"/>, which runs in the same run.</summary>
[MemoryDiagnoser]
[HideColumns("Error", "StdDev", "Alloc Ratio")]
public class YarpPicks
{
    private readonly DefaultHttpContext _context = new();
    private readonly ClusterState _cluster = new("pool");
    private DestinationState[] _destinations = [];
    private ILoadBalancingPolicy _policy = null!;

    public static IEnumerable<string> Policies =>
    [
        LoadBalancingPolicies.RoundRobin, LoadBalancingPolicies.Random,
        LoadBalancingPolicies.LeastRequests, LoadBalancingPolicies.PowerOfTwoChoices,
    ];

    [ParamsSource(nameof(Policies))]
    public string Policy { get; set; } = "";

    [Params(10, 100, 1000, 10_000)]
    public int Backends { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddReverseProxy();
        _policy = services.BuildServiceProvider().GetServices<ILoadBalancingPolicy>().Single(policy => policy.Name == Policy);
        _destinations = [.. Enumerable.Range(0, Backends).Select(i => new DestinationState($"b{i + 1}"))];

        // YARP's counter has no public way up; its value does not matter, only that it is there to be read.
        var counter = typeof(DestinationState).GetProperty("ConcurrencyCounter", BindingFlags.Instance | BindingFlags.NonPublic)!;
        for (var i = 0; i < Backends; i++)
        {
            var count = counter.GetValue(_destinations[i])!;
            for (var times = 0; times <= i % 3; times++)
            {
                count.GetType().GetMethod("Increment")!.Invoke(count, null);
            }
        }
    }

    [Benchmark(Description = "pick")]
    public DestinationState? Pick() => _policy.PickDestination(_context, _cluster, _destinations);
}
