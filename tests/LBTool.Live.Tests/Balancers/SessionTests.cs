using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.HttpFaults;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;
using LBTool.Tests;

namespace LBTool.Live.Tests.Balancers;

public class SessionTests
{
    private const string Cookie = "sid";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_cookie_keeps_a_client_at_its_backend(int version)
    {
        await using var rig = await StartAsync(new KeySource(KeyPart.Cookie, Cookie), OnLost.Redistribute, version);
        using var first = await rig.Client.SendAsync(rig.Request(1), Stop);
        var cookie = first.Header("Set-Cookie")!.Split(';')[0];
        var home = first.Header(LbHeaders.Backend);

        for (var number = 2; number < 8; number++)
        {
            using var answer = await SendAsync(rig, number, "Cookie", cookie);
            Assert.Equal(home, answer.Header(LbHeaders.Backend));
            Assert.Null(answer.Header("Set-Cookie"));
        }

        using var forged = await SendAsync(rig, 9, "Cookie", cookie[..^1] + (cookie[^1] == 'A' ? 'B' : 'A'));
        Assert.NotNull(forged.Header("Set-Cookie"));
    }

    [Fact]
    public async Task A_lost_session_gets_a_cookie_for_its_new_backend()
    {
        await using var rig = await StartAsync(new KeySource(KeyPart.Cookie, Cookie), OnLost.Redistribute);
        using var first = await rig.Client.SendAsync(rig.Request(1), Stop);
        rig.Pool.SetAvailable(rig.Pool.Backends.Single(backend => backend.Name == first.Header(LbHeaders.Backend)), false, TimeSpan.Zero);

        using var moved = await SendAsync(rig, 2, "Cookie", first.Header("Set-Cookie")!.Split(';')[0]);
        Assert.NotEqual(first.Header(LbHeaders.Backend), moved.Header(LbHeaders.Backend));
        using var kept = await SendAsync(rig, 3, "Cookie", moved.Header("Set-Cookie")!.Split(';')[0]);
        Assert.Equal(moved.Header(LbHeaders.Backend), kept.Header(LbHeaders.Backend));
    }

    [Fact]
    public async Task A_header_names_the_session_and_a_lost_one_is_refused_if_asked()
    {
        await using var rig = await StartAsync(new KeySource(KeyPart.Header, "X-User"), OnLost.Refuse);
        using var first = await SendAsync(rig, 1, "X-User", "ada");
        using var second = await SendAsync(rig, 2, "X-User", "ada");
        Assert.Equal(first.Header(LbHeaders.Backend), second.Header(LbHeaders.Backend));

        rig.Pool.SetAvailable(rig.Pool.Backends.Single(backend => backend.Name == first.Header(LbHeaders.Backend)), false, TimeSpan.Zero);
        using var refused = await SendAsync(rig, 3, "X-User", "ada");
        Assert.Equal((503, "session-lost"), ((int)refused.StatusCode, refused.Header(LbHeaders.Reason)));
        using var other = await SendAsync(rig, 4, "X-User", "bob");
        Assert.Equal(200, (int)other.StatusCode);
    }

    [Fact]
    public async Task The_source_address_can_be_the_session()
    {
        await using var rig = await StartAsync(default, OnLost.Redistribute);
        var seen = new HashSet<string?>();
        for (var number = 1; number < 6; number++)
        {
            using var answer = await rig.Client.SendAsync(rig.Request(number), Stop);
            seen.Add(answer.Header(LbHeaders.Backend));
        }

        Assert.Single(seen);
    }

    // Whoever asks the rule has found no backend for the session, and the rule answers nobody before all have asked.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task First_requests_of_a_session_at_the_same_time_go_to_one_backend(int version)
    {
        const int Requests = 3;
        await using var rig = await StartAsync(
            new KeySource(KeyPart.Header, "X-User"), OnLost.Redistribute, version, () => new MeetingRule(Requests));
        foreach (var backend in rig.Backends)
        {
            backend.Add("hang", new HttpEffect(1, new HttpHang()));
        }

        var answers = Enumerable.Range(1, Requests).Select(number => SendAsync(rig, number, "X-User", "ada")).ToArray();
        await Eventually.TrueAsync(() => rig.Backends.Sum(backend => backend.InFlight) == Requests, "all have arrived");

        Assert.Equal(Requests, Assert.Single(rig.Pool.Backends, backend => backend.InFlight > 0).InFlight);
        foreach (var backend in rig.Backends)
        {
            backend.Remove("hang");
        }

        var homes = (await Task.WhenAll(answers)).Select(answer => answer.Header(LbHeaders.Backend));
        using var later = await SendAsync(rig, Requests + 1, "X-User", "ada");
        Assert.All(homes, home => Assert.Equal(later.Header(LbHeaders.Backend), home));
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "every lease has ended");
        Assert.Equal(Requests + 1, rig.Recording.Leases.Read().Count());
    }

    [Fact]
    public async Task Without_an_available_backend_the_answer_is_503_and_says_so()
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1")]);
        rig.Pool.SetAvailable(rig.Pool.Backends[0], false, TimeSpan.Zero);
        using var answer = await rig.Client.SendAsync(rig.Request(1), Stop);
        Assert.Equal((503, "no-backend"), ((int)answer.StatusCode, answer.Header(LbHeaders.Reason)));
        Assert.Empty(rig.Recording.Leases.Read());
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<Rig> StartAsync(KeySource by, OnLost onLost, int version = 1, Func<Balancer>? rule = null) => Rig.StartAsync(
        [Rig.Spec("b1"), Rig.Spec("b2"), Rig.Spec("b3")],
        new HttpVersions(version, version),
        balancer: rule,
        configure: options => options with { Sticky = new Sticky(by, onLost), SessionKey = new RandomStream(1) });

    private static Task<HttpResponseMessage> SendAsync(Rig rig, int number, string header, string value)
    {
        var request = rig.Request(number);
        request.Headers.Add(header, value);
        return rig.Client.SendAsync(request, Stop);
    }
}
