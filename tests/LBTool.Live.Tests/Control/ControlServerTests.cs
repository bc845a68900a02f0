using System.Net;
using System.Text.Json.Nodes;

namespace LBTool.Live.Tests.Control;

public class ControlServerTests
{
    [Fact]
    public async Task Without_the_token_nothing_is_answered()
    {
        await using var rig = await ControlRig.StartAsync();
        foreach (var authorization in new[] { "", "Bearer", "Bearer wrong", $"Basic {rig.Token}", $"Bearer {rig.Token}x", $"Bearer {rig.Token[..^1]}" })
        {
            foreach (var path in new[] { "/v1/session", "/metrics", "/v1/openapi.json", "/v1/nothing" })
            {
                var (status, body, answer) = await rig.SendAsync(HttpMethod.Get, path, change: request => Authorize(request, authorization));

                Assert.Equal(HttpStatusCode.Unauthorized, status);
                Assert.Equal("""{"error":"the token is missing or wrong; send the session file's as 'Authorization: Bearer TOKEN'","status":401,"allowed":null}""", body);
                Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
            }
        }
    }

    [Theory]
    [InlineData("evil.test")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:1")]
    [InlineData("localhost.evil.test")]
    public async Task By_another_host_name_nobody_comes_in(string host)
    {
        await using var rig = await ControlRig.StartAsync();

        var (status, body, _) = await rig.SendAsync(HttpMethod.Get, "/v1/session", change: request => request.Headers.Host = host);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal($$"""{"error":"the host '{{host}}' is not allowed; call {{rig.Address.GetLeftPart(UriPartial.Authority)}}","status":403,"allowed":null}""", body);
    }

    [Fact]
    public async Task Localhost_is_this_machine()
    {
        await using var rig = await ControlRig.StartAsync();

        var (status, _, _) = await rig.SendAsync(HttpMethod.Get, "/v1/session", change: request => request.Headers.Host = $"localhost:{rig.Address.Port}");

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Theory]
    [InlineData("http://evil.test", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("https://own", HttpStatusCode.Forbidden)]
    [InlineData("http://own", HttpStatusCode.OK)]
    public async Task Pages_of_other_sites_do_not_come_in(string origin, HttpStatusCode expected)
    {
        await using var rig = await ControlRig.StartAsync();

        var (status, _, _) = await rig.SendAsync(HttpMethod.Get, "/v1/session",
            change: request => request.Headers.Add("Origin", origin.Replace("own", rig.Address.Authority, StringComparison.Ordinal)));

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_413_and_one_byte_less_is_read()
    {
        await using var rig = await ControlRig.StartAsync();
        var space = new string(' ', 1_000_000 - 2);

        var (large, body, _) = await rig.SendAsync(HttpMethod.Post, "/v1/session/reset", new StringContent("{}" + space + " "));
        var (most, _, _) = await rig.SendAsync(HttpMethod.Post, "/v1/session/reset", new StringContent("{}" + space));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large);
        Assert.Equal("""{"error":"the body is larger than 1000000 bytes","status":413,"allowed":null}""", body);
        Assert.Equal(HttpStatusCode.OK, most);
    }

    [Fact]
    public async Task A_method_that_is_not_there_is_405_with_those_that_are()
    {
        await using var rig = await ControlRig.StartAsync();

        var (status, _, answer) = await rig.SendAsync(HttpMethod.Put, "/v1/faults");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, status);
        Assert.Equal(["GET", "POST", "DELETE"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Events_and_metrics_are_streamed_as_they_come()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("POST", "/v1/backends/b1/kill");
        using var lines = new StreamReader(await rig.StreamAsync("/v1/events?since=0"));

        Assert.Equal("event: metrics", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("data: {\"atMs\":", await lines.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("kill-b1 begins", await NextEventAsync(lines));
        await rig.AskAsync("POST", "/v1/backends/b1/start");
        Assert.Contains("kill-b1 ends", await NextEventAsync(lines));
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) != "event: metrics")
        {
        }
    }

    [Fact]
    public async Task The_description_has_every_endpoint_and_refers_to_what_is_there()
    {
        await using var rig = await ControlRig.StartAsync();
        var (_, body, _) = await rig.SendAsync(HttpMethod.Get, "/v1/openapi.json");
        var document = JsonNode.Parse(body)!.AsObject();

        var described = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"));
        Assert.Equal(rig.Endpoints.Select(endpoint => $"{endpoint.Method} {endpoint.Path}").Order(), described.Order());
        var schemas = document["components"]!["schemas"]!.AsObject().Select(schema => $"#/components/schemas/{schema.Key}").ToHashSet();
        Assert.All(References(document), reference => Assert.Contains(reference, schemas));
        Assert.Contains("#/components/schemas/BackendAnswer", References(document));
        Assert.Equal("3.1.0", document["openapi"]!.GetValue<string>());
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(entry => entry.Key == "$ref" ? [entry.Value!.GetValue<string>()] : References(entry.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    private static async Task<string> NextEventAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line == "event: event")
            {
                return (await lines.ReadLineAsync(TestContext.Current.CancellationToken))!;
            }
        }

        return "";
    }

    private static void Authorize(HttpRequestMessage request, string authorization) => request.Headers.TryAddWithoutValidation("Authorization", authorization.Length > 0 ? authorization : "None");
}
