using System.Text;
using LBTool.Live.Toxiproxy;

namespace LBTool.Live.Tests.Toxiproxy;

/// <summary>Which request finds which endpoint, and who is let in.</summary>
public class RoutingApiTests
{
    [Theory]
    [InlineData("GET", "/nope")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/proxies/")]
    [InlineData("GET", "/proxies/a/")]
    [InlineData("POST", "/proxies/a/toxics/")]
    [InlineData("GET", "/proxies/a/toxics/t/x")]
    [InlineData("GET", "/PROXIES")]
    public async Task An_unknown_path_is_404_in_plain_text(string method, string path)
    {
        await using var api = new ApiRig();
        var answer = await api.AnswerAsync(new ApiRequest(method, path, default) { UserAgent = "Mozilla/5.0" });

        Assert.Equal((404, "text/plain; charset=utf-8"), (answer.Status, answer.ContentType));
        Assert.Equal("404 page not found\n", Text(answer));
        Assert.Null(answer.RequestId);
    }

    [Theory]
    [InlineData("/version", "GET")]
    [InlineData("/proxies", "GET POST")]
    [InlineData("/proxies/a", "GET POST PATCH DELETE")]
    [InlineData("/proxies/a/toxics", "GET POST")]
    [InlineData("/proxies/a/toxics/t", "GET POST PATCH DELETE")]
    [InlineData("/populate", "POST")]
    [InlineData("/reset", "POST")]
    public async Task Any_other_method_is_405_without_a_body(string path, string allowed)
    {
        await using var api = new ApiRig();
        foreach (var method in new[] { "GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "TRACE" })
        {
            var answer = await api.AnswerAsync(new ApiRequest(method, path, default));

            Assert.Equal(allowed.Split(' ').Contains(method), answer.Status != 405);
            Assert.Equal(answer.Status == 405, answer.RequestId is null);
            Assert.True(answer.Status != 405 || (answer.Body.IsEmpty && answer.ContentType is null));
        }
    }

    [Theory]
    [InlineData("//proxies", "/proxies")]
    [InlineData("/proxies//a", "/proxies/a")]
    [InlineData("/./proxies", "/proxies")]
    [InlineData("/proxies/../version?x=1", "/version?x=1")]
    [InlineData("//proxies/", "/proxies/")]
    [InlineData("/../a%20b", "/a%20b")]
    public async Task A_path_that_is_not_clean_is_redirected(string path, string location)
    {
        await using var api = new ApiRig();
        var answer = await api.AnswerAsync(new ApiRequest("GET", path, default));

        Assert.Equal((301, location, true), (answer.Status, answer.Location, answer.Body.IsEmpty));
    }

    [Theory]
    [InlineData("/proxies/a%20b", true)]
    [InlineData("/proxies/a%20b?x=y", true)]
    [InlineData("http://127.0.0.1:8474/proxies/a%20b", true)]
    [InlineData("/proxies/s%2Fl", false)]
    public async Task Segments_are_decoded_before_they_are_cut(string path, bool found)
    {
        await using var api = new ApiRig();
        await api.CreateAsync("a b");
        await api.CreateAsync("s/l");

        Assert.StartsWith(found ? "200 " : "404 404 page", await api.SendAsync("GET", path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_endpoint_answers_with_an_id_of_20_letters_also_its_errors()
    {
        await using var api = new ApiRig();
        foreach (var path in new[] { "/version", "/proxies", "/proxies/nope", "/metrics" })
        {
            var answer = await api.AnswerAsync(new ApiRequest("GET", path, default));

            Assert.Matches("^[0-9a-v]{20}$", answer.RequestId!);
        }
    }

    [Theory]
    [InlineData("Mozilla/5.0 (X11)", "127.0.0.1:8474", "", "User agent not allowed\n")]
    [InlineData("curl", "evil.example", "", "Host not allowed\n")]
    [InlineData("curl", "evil.example:8474", "", "Host not allowed\n")]
    [InlineData("curl", "10.1.2.3:8474", "", "Host not allowed\n")]
    [InlineData("curl", "localhost.evil.example:80", "", "Host not allowed\n")]
    [InlineData("curl", "localhost:8474", "http://evil.example", "Origin not allowed\n")]
    [InlineData("curl", "localhost:8474", "null", "Origin not allowed\n")]
    [InlineData("curl", "localhost:8474", "http://localhost:3000", "Origin not allowed\n")]
    [InlineData("curl", "localhost:8474", "http://localhost:8474", null)]
    [InlineData("a Mozilla/5.0", "LOCALHOST", "", null)]
    [InlineData("", "127.8.9.10:8474", "", null)]
    [InlineData("", "[::1]:8474", "", null)]
    [InlineData("", "[::1]", "", null)]
    [InlineData("", "lb.localhost:8474", "", null)]
    [InlineData("", "", "", null)]
    public async Task Browsers_and_strange_names_are_refused(string agent, string host, string origin, string? refusal)
    {
        await using var api = new ApiRig();
        var request = new ApiRequest("POST", "/proxies", Encoding.UTF8.GetBytes("""{"name":"a","upstream":"x:1","enabled":false}"""))
        {
            UserAgent = agent,
            Host = host,
            Origin = origin,
        };

        var answer = await api.AnswerAsync(request);

        Assert.Equal(refusal is null ? 201 : 403, answer.Status);
        Assert.Equal(refusal is null, api.Proxies.All.Length == 1);
        Assert.True(refusal is null || (Text(answer) == refusal && answer.ContentType == "text/plain; charset=utf-8"));
    }

    [Fact]
    public async Task With_remote_access_any_name_leads_to_it_but_pages_of_other_sites_do_not()
    {
        await using var api = new ApiRig(allowRemote: true);

        Assert.Equal(200, (await api.AnswerAsync(new ApiRequest("GET", "/proxies", default) { Host = "toxiproxy:8474" })).Status);
        Assert.Equal(403, (await api.AnswerAsync(new ApiRequest("GET", "/proxies", default) { Host = "toxiproxy:8474", Origin = "http://a" })).Status);
    }

    private static string Text(ApiAnswer answer) => Encoding.UTF8.GetString(answer.Body.Span);
}
