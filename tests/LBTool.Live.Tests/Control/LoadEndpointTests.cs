namespace LBTool.Live.Tests.Control;

public class LoadEndpointTests
{
    [Fact]
    public async Task A_load_is_driven_until_it_is_stopped()
    {
        await using var rig = await ControlRig.StartAsync();
        Assert.Equal("200 null", await rig.AskAsync("GET", "/v1/load"));

        const string Shown = """200 {"executor":"constant-arrival-rate","rate":200,"vus":null,"arrivals":"poisson","clients":1,"timeout":"2s","startedAtMs":#,"endsAtMs":#,"sent":#,"dropped":0,"written":{"rate":"200/s","arrivals":"poisson","timeout":"2s"}}""";
        Assert.Equal(Shown, await rig.AskAsync("PUT", "/v1/load", """{"rate":"200/s","arrivals":"poisson","timeout":"2s"}"""));
        await Eventually.TrueAsync(() => rig.Session.Traffic.At().Requests >= 20, "20 requests were balanced");
        Assert.Equal(Shown, await rig.AskAsync("GET", "/v1/load"));

        Assert.Equal("204", await rig.AskAsync("DELETE", "/v1/load"));
        Assert.Equal("200 null", await rig.AskAsync("GET", "/v1/load"));
        Assert.Equal("204", await rig.AskAsync("DELETE", "/v1/load"));
        Assert.Contains("load ends", await rig.AskAsync("GET", "/v1/events"));
    }

    [Fact]
    public async Task Another_load_takes_the_place_of_the_first_without_an_error()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("PUT", "/v1/load", """{"rate":"500/s"}""");
        await Eventually.TrueAsync(() => rig.Session.Traffic.At().Requests >= 20, "20 requests were balanced");

        await rig.AskAsync("PUT", "/v1/load", """{"executor":"constant-vus","vus":3}""");
        var before = rig.Session.Traffic.At().Requests;
        await Eventually.TrueAsync(() => rig.Session.Traffic.At().Requests >= before + 100, "the second load is balanced");

        Assert.Equal(0, rig.Session.Traffic.At().Errors);
        Assert.Contains("\"executor\":\"constant-vus\",\"rate\":null,\"vus\":3", await rig.AskAsync("GET", "/v1/load"));
    }

    [Fact]
    public async Task A_load_with_a_duration_ends_by_itself()
    {
        await using var rig = await ControlRig.StartAsync();

        await rig.AskAsync("PUT", "/v1/load", """{"rate":"100/s","duration":"50ms"}""");

        await Eventually.TrueAsync(() => rig.Session.Load.Current is null, "nothing is driven");
        Assert.Equal(5, rig.Session.Traffic.At().Requests);
    }

    [Theory]
    [InlineData("""{"rate":"200"}""", "rate: expected a rate such as 500/s or 30/m, at least 1/h, at most 1000000/s; found '200'; write 200/s for 200 a second")]
    [InlineData("""{"rate":"200/s","vus":3}""", "vus: constant-arrival-rate does not use it; remove it, or set executor: constant-vus")]
    [InlineData("""{"executor":"constant-vus"}""", "vus: missing; constant-vus needs it: a whole number, 1 … 100000")]
    [InlineData("""{"rate":"1/s","warmup":"1s"}""", "unknown key 'warmup' in a load; allowed: executor, rate, vus, duration, arrivals, ")]
    public async Task What_is_wrong_is_400_and_the_load_goes_on_as_it_was(string body, string message)
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AskAsync("PUT", "/v1/load", """{"rate":"50/s"}""");

        Assert.StartsWith($$"""400 {"error":"{{message}}""", await rig.AskAsync("PUT", "/v1/load", body), StringComparison.Ordinal);

        Assert.Contains("\"rate\":50,", await rig.AskAsync("GET", "/v1/load"));
    }
}
