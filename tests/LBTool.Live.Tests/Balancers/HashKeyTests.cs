using System.Net;
using LBTool.Core.Balancing;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;

namespace LBTool.Live.Tests.Balancers;

public class HashKeyTests
{
    [Theory]
    [InlineData("header:X-User", 1)]
    [InlineData("cookie:user", 1)]
    [InlineData("query:user", 1)]
    [InlineData("path", 1)]
    [InlineData("header:X-User", 2)]
    [InlineData("path", 2)]
    public async Task Equal_keys_meet_the_same_backend_and_others_are_spread(string key, int version)
    {
        await using var rig = await StartAsync(key, version: version);
        Assert.True(await BackendsOfAsync(rig, key, Enumerable.Range(0, 20).Select(i => $"user{i}")) > 1);
        Assert.Equal(1, await BackendsOfAsync(rig, key, Enumerable.Repeat("ada", 10)));
        Assert.Equal(1, await BackendsOfAsync(rig, key, Enumerable.Repeat(new string('k', 65536), 5)));
    }

    [Fact]
    public async Task The_client_is_its_address_and_forwarded_ones_count_only_when_trusted()
    {
        await using var rig = await StartAsync("client");
        Assert.Equal(1, await BackendsOfAsync(rig, "header:X-Forwarded-For", Addresses));
        await using var trusting = await StartAsync("client", trust: true);
        Assert.True(await BackendsOfAsync(trusting, "header:X-Forwarded-For", Addresses) > 1);
        Assert.Equal(1, await BackendsOfAsync(trusting, "header:X-Forwarded-For", ["10.0.0.1, 10.9.9.9", "10.0.0.1", "::ffff:10.0.0.1"]));
    }

    [Fact]
    public async Task Requests_without_the_key_are_spread()
    {
        await using var rig = await StartAsync("header:X-User");
        Assert.Equal(3, await BackendsOfAsync(rig, "query:other", Enumerable.Range(0, 30).Select(i => $"{i}")));
    }

    private static IEnumerable<string> Addresses => Enumerable.Range(1, 20).Select(i => $"10.0.0.{i}");

    private static Task<Rig> StartAsync(string key, bool trust = false, int version = 1)
    {
        Assert.True(KeySource.TryParse(key, out var source));
        return Rig.StartAsync(
            [Rig.Spec("b1"), Rig.Spec("b2"), Rig.Spec("b3")],
            new HttpVersions(version, version),
            balancer: () => new Maglev(new RandomStream(1)),
            configure: options => options with { Key = source, TrustForwardedFor = trust });
    }

    private static async Task<int> BackendsOfAsync(Rig rig, string where, IEnumerable<string> keys)
    {
        var seen = new HashSet<string>();
        foreach (var key in keys)
        {
            var (part, name) = (where.Split(':')[0], where.Split(':')[^1]);
            using var request = new HttpRequestMessage(HttpMethod.Get, part switch
            {
                "query" => $"/work?{name}={key}",
                "path" => "/" + key,
                _ => "/work",
            })
            {
                Version = rig.Client.DefaultRequestVersion,
                VersionPolicy = rig.Client.DefaultVersionPolicy,
            };
            if (part is "header" or "cookie")
            {
                request.Headers.Add(part == "header" ? name : "Cookie", part == "header" ? key : $"{name}={key}");
            }

            using var answer = await rig.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            seen.Add(answer.Header(LbHeaders.Backend)!);
        }

        return seen.Count;
    }
}
