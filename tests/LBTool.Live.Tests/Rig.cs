using System.Collections.Immutable;
using System.Net;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Backends;
using LBTool.Live.Balancers;
using LBTool.Live.Http;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests;

/// <summary>A balancer on a real socket, what is behind it, and a client for it.</summary>
internal sealed class Rig : IAsyncDisposable
{
    public static readonly TimeSpan LongTimeout = TimeSpan.FromSeconds(30);

    private Rig(Pool pool, ImmutableArray<FakeBackend> backends, HttpBalancer balancer, Recording recording, int front)
    {
        Pool = pool;
        Backends = backends;
        Balancer = balancer;
        Recording = recording;
        Client = NewClient(balancer.EndPoint, front);
    }

    public Pool Pool { get; }

    public ImmutableArray<FakeBackend> Backends { get; }

    public HttpBalancer Balancer { get; }

    public Recording Recording { get; }

    public HttpClient Client { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static BackendSpec Spec(
        string name, TimeSpan latency = default, int? concurrency = null, int? queue = null, double errors = 0, int body = 64) =>
        new(name, 1, new ServiceTime(new Constant(latency), TimeSpan.Zero), concurrency, queue, errors, body);

    /// <summary>With fake backends behind it.</summary>
    public static async Task<Rig> StartAsync(
        IEnumerable<BackendSpec> specs, HttpVersions? versions = null, TimeSpan? timeout = null, Func<Balancer>? balancer = null,
        Func<HttpBalancerOptions, HttpBalancerOptions>? configure = null, int maxInFlight = int.MaxValue)
    {
        versions ??= new HttpVersions();
        var recording = new Recording();
        var clock = new RunClock();
        clock.Start();
        var backends = specs.Select((spec, i) => new FakeBackend(
            spec, i, versions.Behind, RandomStream.Derive(1, spec.Name), clock, recording)).ToImmutableArray();
        foreach (var backend in backends)
        {
            await backend.StartAsync(Stop);
        }

        return await StartAsync(
            [.. specs.Select(spec => spec.Name)],
            [.. backends.Select(backend => backend.EndPoint)],
            backends, versions, timeout, balancer, recording, clock, configure, maxInFlight);
    }

    /// <summary>With one backend, b1, that is at <paramref name="address"/>.</summary>
    public static Task<Rig> InFrontOfAsync(
        IPEndPoint address, HttpVersions? versions = null, TimeSpan? timeout = null,
        Func<HttpBalancerOptions, HttpBalancerOptions>? configure = null)
    {
        var clock = new RunClock();
        clock.Start();
        return StartAsync(["b1"], [address], [], versions ?? new HttpVersions(), timeout, null, new Recording(), clock, configure);
    }

    public static HttpClient NewClient(IPEndPoint server, int version) =>
        new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, MaxConnectionsPerServer = 1000, EnableMultipleHttp2Connections = true })
        {
            BaseAddress = new Uri($"http://{server}"),
            DefaultRequestVersion = version == 2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TimeSpan.FromSeconds(60),
        };

    /// <summary>A request that carries its number, and only the head of the answer awaited.</summary>
    public Task<HttpResponseMessage> SendAsync(int number, HttpContent? body = null, CancellationToken stop = default) =>
        Client.SendAsync(Request(number, body), HttpCompletionOption.ResponseHeadersRead, stop);

    public HttpRequestMessage Request(int number, HttpContent? body = null)
    {
        var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, "/work")
        {
            Content = body,
            Version = Client.DefaultRequestVersion,
            VersionPolicy = Client.DefaultVersionPolicy,
        };
        request.Headers.Add(LbHeaders.Request, $"{number}");
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Balancer.DisposeAsync();
        foreach (var backend in Backends)
        {
            await backend.DisposeAsync();
        }
    }

    private static async Task<Rig> StartAsync(
        ImmutableArray<string> names,
        ImmutableArray<IPEndPoint> addresses,
        ImmutableArray<FakeBackend> backends,
        HttpVersions versions,
        TimeSpan? timeout,
        Func<Balancer>? balancer,
        Recording recording,
        RunClock clock,
        Func<HttpBalancerOptions, HttpBalancerOptions>? configure = null,
        int maxInFlight = int.MaxValue)
    {
        var pool = new Pool(
            names.Select((name, i) => new Backend(name, i) { MaxInFlight = maxInFlight }), balancer?.Invoke() ?? new RoundRobin());
        var options = new HttpBalancerOptions(new IPEndPoint(IPAddress.Loopback, 0), versions, timeout ?? LongTimeout);
        var server = new HttpBalancer(pool, addresses, configure?.Invoke(options) ?? options, clock, recording);
        await server.StartAsync(Stop);
        return new Rig(pool, backends, server, recording, versions.Front);
    }
}

internal static class Answers
{
    public static string? Header(this HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
