using System.Collections.Concurrent;
using System.Net;
using LBTool.Core.Arrivals;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;
using LBTool.Live.Load;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Tests.Load;

public class KeysAndCookiesTests
{
    private static readonly KeySource[] Also =
        [new(KeyPart.Header, "x-user"), new(KeyPart.Cookie, "user"), new(KeyPart.Query, "user")];

    public static TheoryData<int, int> Cases => new(
        from version in (int[])[1, 2] from also in Enumerable.Range(0, Also.Length) select (version, also));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_request_says_its_key_in_its_path_and_wherever_else(int version, int also)
    {
        var seen = new ConcurrentDictionary<long, (string Path, string Also)>();
        var load = Traffic.Open(rate: 200, seconds: 0.5) with { Keys = new KeySpec(20, 1, Also[also]) };
        await using var server = await StartAsync(version, context => seen[Number(context)] = (context.Request.Path, also switch
        {
            0 => context.Request.Headers["x-user"].ToString(),
            1 => context.Request.Cookies["user"] ?? "",
            _ => context.Request.Query["user"].ToString(),
        }));

        await Traffic.DriveAsync(load, new Uri($"http://{server.EndPoint}/"), version);

        var mix = new RequestMix(load, seed: 0);
        Assert.Equal(100, seen.Count);
        Assert.All(seen, request => Assert.Equal(RequestMix.NameOf(mix.KeyOf(request.Key)), request.Value.Also));
        Assert.All(seen, request => Assert.Equal("/" + request.Value.Also, request.Value.Path));
        Assert.InRange(seen.Values.Distinct().Count(), 5, 20);
    }

    // Three sessions of two clients: each gets a cookie at its first request and shows it from then on.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_session_keeps_its_own_cookies(int version)
    {
        using var stop = new CancellationTokenSource();
        var seen = new ConcurrentDictionary<long, string?>();
        await using var server = await StartAsync(version, context =>
        {
            seen[Number(context)] = context.Request.Cookies["sid"];
            if (context.Request.Cookies["sid"] is null)
            {
                context.Response.Headers.Append("Set-Cookie", $"sid={Number(context)}; Path=/; HttpOnly");
            }

            StopAfter(30, context, stop);
        });

        await Traffic.DriveAsync(Traffic.Closed(1, seconds: 600) with { Clients = 2, Sessions = 3 }, new Uri($"http://{server.EndPoint}/"), version, stop);

        Assert.True(seen.Count >= 30);
        Assert.All(seen, request => Assert.Equal(request.Key <= 6 ? null : $"{((request.Key - 1) % 6) + 1}", request.Value));
    }

    [Fact]
    public async Task Without_sessions_nobody_keeps_a_cookie()
    {
        using var stop = new CancellationTokenSource();
        var seen = new ConcurrentBag<string?>();
        await using var server = await StartAsync(1, context =>
        {
            seen.Add(context.Request.Cookies["sid"]);
            context.Response.Headers.Append("Set-Cookie", "sid=1");
            StopAfter(30, context, stop);
        });

        await Traffic.DriveAsync(Traffic.Closed(1, seconds: 600), new Uri($"http://{server.EndPoint}/"), stop: stop);

        Assert.True(seen.Count >= 30);
        Assert.All(seen, Assert.Null);
    }

    [Fact]
    public void A_jar_keeps_the_latest_value_of_each_name()
    {
        var jar = new CookieJar();
        Array.ForEach(["b=2; Path=/", "a=1", "b=3; HttpOnly", "none", "=x", $"long={new string('x', 5000)}"], jar.Take);
        Assert.Equal("a=1; b=3", jar.Header);
    }

    private static long Number(HttpContext context) => context.Request.RequestNumber();

    private static void StopAfter(int requests, HttpContext context, CancellationTokenSource stop)
    {
        if (Number(context) == requests)
        {
            stop.Cancel();
        }
    }

    private static async Task<HttpServer> StartAsync(int version, Action<HttpContext> look)
    {
        var server = new HttpServer(new IPEndPoint(IPAddress.Loopback, 0), version, context =>
        {
            look(context);
            return Task.CompletedTask;
        });
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }
}
