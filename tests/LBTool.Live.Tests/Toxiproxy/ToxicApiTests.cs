using LBTool.Core.Faults;

namespace LBTool.Live.Tests.Toxiproxy;

/// <summary><c>/proxies/{proxy}/toxics</c> and what is below.</summary>
public class ToxicApiTests
{
    private const string Toxics = "/proxies/a/toxics";

    public static TheoryData<string> Types => [.. ToxicTable.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Every_type_shows_all_its_attributes_in_order(string type)
    {
        await using var api = await RigAsync();
        var attributes = string.Join(',', ToxicTable.Find(type)!.Attributes.Select(attribute => $"\"{attribute.Name}\":0"));

        Assert.Equal(
            $$$"""200 {"attributes":{{{{attributes}}}},"name":"{{{type}}}_downstream","type":"{{{type}}}","stream":"downstream","toxicity":1""" + ApiRig.NoHits,
            await api.SendAsync("POST", Toxics, $$"""{"type":"{{type}}"}"""));
    }

    [Fact]
    public async Task A_toxic_is_created_shown_listed_and_deleted()
    {
        await using var api = await RigAsync();
        Assert.Equal("200 []", await api.SendAsync("GET", Toxics));
        var down = Latency("d", "downstream", 100, 5);
        var up = Latency("u", "UPstream", 7, 0);

        Assert.Equal($"200 {down}", await api.SendAsync("POST", Toxics, """{"name":"d","type":"latency","attributes":{"latency":100,"JITTER":5,"color":"red"}}"""));
        Assert.Equal($"200 {up}", await api.SendAsync("POST", Toxics, """{"name":"u","type":"latency","stream":"UPstream","attributes":{"latency":7}}"""));
        Assert.Equal($"200 [{up},{down}]", await api.SendAsync("GET", Toxics));
        Assert.Equal($"200 {down}", await api.SendAsync("GET", $"{Toxics}/d"));
        Assert.Equal("204 ", await api.SendAsync("DELETE", $"{Toxics}/d"));
        foreach (var method in new[] { "GET", "DELETE", "PATCH", "POST" })
        {
            Assert.Equal(ApiRig.Error(404, "toxic not found"), await api.SendAsync(method, $"{Toxics}/d", "{"));
        }
    }

    [Fact]
    public async Task What_is_wrong_with_a_new_toxic_is_found_in_order()
    {
        await using var api = await RigAsync();
        await api.SendAsync("POST", Toxics, """{"name":"t","type":"latency"}""");
        Task<string> PostAsync(string body) => api.SendAsync("POST", Toxics, body);

        Assert.Equal("bad body", ApiRig.BadBody(await PostAsync("""{"name":"t","type":"zzz","stream":"side","attributes":[]}""")));
        Assert.Equal(ApiRig.Error(400, "stream was invalid, can be either upstream or downstream"), await PostAsync("""{"name":"t","type":"zzz","stream":"side","attributes":{"latency":"x"}}"""));
        Assert.Equal(ApiRig.Error(400, "stream was invalid, can be either upstream or downstream"), await PostAsync("""{"type":"latency","stream":""}"""));
        Assert.Equal(ApiRig.Error(400, "invalid toxic type"), await PostAsync("""{"name":"t","type":"Latency","attributes":{"latency":"x"}}"""));
        Assert.Equal(ApiRig.Error(400, "invalid toxic type"), await PostAsync("{}"));
        Assert.Equal(ApiRig.Error(409, "toxic already exists"), await PostAsync("""{"name":"t","type":"noop","stream":"upstream","attributes":{"latency":"x"}}"""));
        Assert.Equal("bad body", ApiRig.BadBody(await PostAsync("""{"name":"n","type":"latency","attributes":{"latency":"x"}}""")));
        Assert.Single(api.Proxies.Get("a").Toxics);
    }

    [Theory]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("-5", "-5")]
    [InlineData("null", "0")]
    [InlineData("9223372036854775808", null)]
    [InlineData("1.5", null)]
    [InlineData("1.0", null)]
    [InlineData("1e3", null)]
    [InlineData("\"100\"", null)]
    [InlineData("[1]", null)]
    [InlineData("true", null)]
    public async Task Attributes_are_64_bit_whole_numbers(string sent, string? shown)
    {
        await using var api = await RigAsync();
        var answer = await api.SendAsync("POST", Toxics, $$$"""{"type":"bandwidth","attributes":{"rate":{{{sent}}}}}""");

        Assert.Equal(shown is null ? "bad body" : $$"""200 {"attributes":{"rate":{{shown}}},"name""", shown is null ? ApiRig.BadBody(answer) : answer[..answer.IndexOf("\":\"bandwidth_", StringComparison.Ordinal)]);
        Assert.Equal(shown is null ? 0 : 1, api.Proxies.Get("a").Toxics.Length);
    }

    [Theory]
    [InlineData("0.1", "0.1")]
    [InlineData("0.333333333333", "0.33333334")]
    [InlineData("1.0", "1")]
    [InlineData("1e0", "1")]
    [InlineData("2.5", "2.5")]
    [InlineData("-1", "-1")]
    [InlineData("null", "1")]
    [InlineData("1e39", null)]
    [InlineData("\"1\"", null)]
    public async Task Toxicity_is_a_32_bit_float_shown_as_short_as_can_be(string sent, string? shown)
    {
        await using var api = await RigAsync();
        var answer = await api.SendAsync("POST", Toxics, $$"""{"type":"noop","toxicity":{{sent}}}""");

        Assert.Equal(
            shown is null ? "bad body" : $$$"""200 {"attributes":{},"name":"noop_downstream","type":"noop","stream":"downstream","toxicity":{{{shown}}}""" + ApiRig.NoHits,
            shown is null ? ApiRig.BadBody(answer) : answer);
    }

    [Theory]
    [InlineData("{}", 100, 5, "1")]
    [InlineData("null", 100, 5, "1")]
    [InlineData("""{"attributes":{"latency":7}}""", 7, 5, "1")]
    [InlineData("""{"Attributes":{"Jitter":8},"name":"z","type":"noop","stream":"upstream"}""", 100, 8, "1")]
    [InlineData("""{"toxicity":0.25,"attributes":null}""", 100, 5, "0.25")]
    [InlineData("""{"attributes":{"latency":null}}""", 100, 5, "1")]
    public async Task A_change_merges_attributes_and_honours_nothing_else_but_toxicity(string body, int latency, int jitter, string toxicity)
    {
        await using var api = await RigAsync();
        await api.SendAsync("POST", Toxics, """{"name":"d","type":"latency","attributes":{"latency":100,"jitter":5}}""");

        Assert.Equal($"200 {Latency("d", "downstream", latency, jitter, toxicity)}", await api.SendAsync("PATCH", $"{Toxics}/d", body));
        Assert.Equal($"200 {Latency("d", "downstream", latency, jitter, toxicity)}", await api.SendAsync("POST", $"{Toxics}/d", "{}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"attributes":[]}""")]
    [InlineData("""{"toxicity":0.5,"attributes":{"latency":1,"jitter":"x"}}""")]
    [InlineData("""{"attributes":{"latency":1},"toxicity":"x"}""")]
    public async Task A_bad_change_changes_nothing_at_all(string body)
    {
        await using var api = await RigAsync();
        await api.SendAsync("POST", Toxics, """{"name":"d","type":"latency","attributes":{"latency":100,"jitter":5}}""");

        Assert.Equal("bad body", ApiRig.BadBody(await api.SendAsync("PATCH", $"{Toxics}/d", body)));
        Assert.Equal($"200 {Latency("d", "downstream", 100, 5)}", await api.SendAsync("GET", $"{Toxics}/d"));
    }

    [Theory]
    [InlineData("60000", "60000")]
    [InlineData("\"90s\"", "90000")]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("1.5", null)]
    [InlineData("\"soon\"", null)]
    [InlineData("\"9999999h\"", null)]
    [InlineData("true", null)]
    public async Task A_duration_is_milliseconds_or_a_text_with_a_unit(string sent, string? shown)
    {
        await using var api = await RigAsync();
        var answer = await api.SendAsync("POST", Toxics, $$"""{"type":"noop","duration":{{sent}}}""");

        Assert.Equal(shown is not null, answer.Contains($"\"toxicity\":1,\"duration\":{shown},", StringComparison.Ordinal));
        Assert.Equal(shown is null, ApiRig.BadBody(answer) == "bad body");
    }

    [Fact]
    public async Task A_toxic_with_a_duration_removes_itself_and_not_a_later_one_of_its_name()
    {
        await using var api = await RigAsync();
        await api.SendAsync("POST", Toxics, """{"name":"short","type":"noop","duration":1}""");
        await Eventually.TrueAsync(() => api.Proxies.Get("a").Toxics.IsEmpty, "the toxic is gone");

        await api.SendAsync("POST", Toxics, """{"name":"first","type":"noop","duration":150}""");
        await api.SendAsync("PATCH", $"{Toxics}/first", """{"toxicity":0.5}""");
        await api.SendAsync("DELETE", $"{Toxics}/first");
        await api.SendAsync("POST", Toxics, """{"name":"first","type":"noop"}""");
        await api.SendAsync("POST", Toxics, """{"name":"later","type":"noop","duration":300}""");
        await Eventually.TrueAsync(() => api.Proxies.Get("a").Toxics.Length == 1, "the later one is gone");

        Assert.Equal("first", api.Proxies.Get("a").Toxics[0].Name);
    }

    [Theory]
    [InlineData("{\"type\":\"noop\"} trailing {")]
    [InlineData("{\"TYPE\":\"noop\"}")]
    [InlineData("{\"type\":\"latency\",\"type\":\"noop\",\"type\":null}")]
    [InlineData("{\"type\":\"noop\",\"latency\":5,\"extra\":[{}]}")]
    [InlineData("\r\n\t {\"type\":\"noop\",\"name\":\"\",\"stream\":null,\"attributes\":null}")]
    public async Task Bodies_are_read_as_Go_reads_them(string body)
    {
        await using var api = await RigAsync();
        Assert.StartsWith("""200 {"attributes":{},"name":"noop_downstream","type":"noop",""", await api.SendAsync("POST", Toxics, body), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"type\":\"noop\"")]
    [InlineData("'noop'")]
    [InlineData("\"noop\"")]
    [InlineData("[{\"type\":\"noop\"}]")]
    [InlineData("{\"type\":\"noop\",}")]
    [InlineData("{\"type\":\"noop\",\"name\":\"\\ud800\"}")]
    [InlineData("{\"type\":\"noop\",\"\\ud800\":1}")]
    public async Task Bodies_that_are_no_JSON_object_are_400(string body)
    {
        await using var api = await RigAsync();
        Assert.Equal("bad body", ApiRig.BadBody(await api.SendAsync("POST", Toxics, body)));
    }

    private static async Task<ApiRig> RigAsync()
    {
        var api = new ApiRig();
        await api.SendAsync("POST", "/proxies", """{"name":"a","upstream":"x","enabled":false}""");
        return api;
    }

    private static string Latency(string name, string stream, int latency, int jitter, string toxicity = "1") =>
        $$$"""{"attributes":{"latency":{{{latency}}},"jitter":{{{jitter}}}},"name":"{{{name}}}","type":"latency","stream":"{{{stream}}}","toxicity":{{{toxicity}}}""" + ApiRig.NoHits;
}
