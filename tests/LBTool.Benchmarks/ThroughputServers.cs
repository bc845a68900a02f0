using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Backends;
using LBTool.Live.Balancers;
using LBTool.Live.Timing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace LBTool.Benchmarks;

/// <summary>The processes that <see cref="Throughput"/> measures: each prints where it listens and serves until its input ends.</summary>
internal static class ThroughputServers
{
    /// <summary>Our balancer, with leases recorded, as in a run.</summary>
    public const string Ours = "ours";

    /// <summary>YARP as <c>MapReverseProxy</c> makes it.</summary>
    public const string Yarp = "yarp";

    /// <summary>The same, with no more headers than ours adds and without trace propagation.</summary>
    public const string YarpLean = "yarp-lean";

    public static async Task<int> ServeAsync(string kind, string[] arguments)
    {
        var addresses = kind switch
        {
            "backends" => await StartBackendsAsync(int.Parse(arguments[0], CultureInfo.InvariantCulture)),
            Ours => await StartOursAsync(arguments),
            Yarp or YarpLean => await StartYarpAsync(arguments, lean: kind == YarpLean),
            _ => throw new ArgumentException($"unknown kind '{kind}'", nameof(kind)),
        };
        Console.WriteLine(string.Join(' ', addresses));
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task<string[]> StartBackendsAsync(int count)
    {
        var addresses = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var spec = new BackendSpec(
                $"b{i + 1}", 1, new ServiceTime(new Constant(TimeSpan.Zero), TimeSpan.Zero), null, null, 0, BodyBytes: 128);
            var backend = new FakeBackend(spec, i, 1, new RandomStream(1), new RunClock(), recording: null);
            await backend.StartAsync(CancellationToken.None);
            addresses.Add($"http://{backend.EndPoint}");
        }

        return [.. addresses];
    }

    private static async Task<string[]> StartOursAsync(string[] backends)
    {
        var pool = new Pool(backends.Select((_, i) => new Backend($"b{i + 1}", i)), new RoundRobin());
        var options = new HttpBalancerOptions(
            new IPEndPoint(IPAddress.Loopback, 0), new HttpVersions(), TimeSpan.FromSeconds(100));
        var clock = new RunClock();
        clock.Start();
        var balancer = new HttpBalancer(
            pool,
            [.. backends.Select(backend => IPEndPoint.Parse(new Uri(backend).Authority))],
            options,
            clock,
            new Recording());
        await balancer.StartAsync(CancellationToken.None);
        return [$"http://{balancer.EndPoint}"];
    }

    private static async Task<string[]> StartYarpAsync(string[] backends, bool lean)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
            options.Listen(IPAddress.Loopback, 0, listening => listening.Protocols = HttpProtocols.Http1);
        });
        var proxy = builder.Services.AddReverseProxy().LoadFromMemory([Route()], [Cluster(backends)]);
        if (lean)
        {
            proxy.ConfigureHttpClient((_, handler) => handler.ActivityHeadersPropagator = null);
            proxy.AddTransforms(context =>
            {
                context.UseDefaultForwarders = false;
                context.AddOriginalHost();
                context.AddXForwardedFor(action: ForwardedTransformActions.Append);
            });
        }

        var app = builder.Build();
        app.MapReverseProxy();
        await app.StartAsync();
        return [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
    }

    private static RouteConfig Route() =>
        new() { RouteId = "all", ClusterId = "backends", Match = new RouteMatch { Path = "{**all}" } };

    private static ClusterConfig Cluster(string[] backends) => new()
    {
        ClusterId = "backends",
        LoadBalancingPolicy = "RoundRobin",
        HttpRequest = new ForwarderRequestConfig
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        },
        Destinations = backends.Select((address, i) => (Name: $"b{i + 1}", Config: new DestinationConfig { Address = address }))
            .ToImmutableDictionary(backend => backend.Name, backend => backend.Config),
    };
}
