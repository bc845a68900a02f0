using LBTool.Core.HttpFaults;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.HttpFaults;

/// <summary>What every row of the tables of HTTP faults and actions must have.</summary>
public class TablesTests
{
    public static TheoryData<string> Faults => [.. HttpFaultTable.All.Select(row => row.Name)];

    public static TheoryData<string> Actions => [.. ActionTable.All.Select(row => row.Name)];

    [Fact]
    public void The_tables_are_whole_and_their_names_unique()
    {
        Assert.True(HttpFaultTable.All.Length >= 8);
        Assert.True(ActionTable.All.Length >= 8);
        Assert.Distinct(HttpFaultTable.All.Select(row => row.Name));
        Assert.Equal(Enum.GetValues<BackendAction>().Order(), ActionTable.All.Select(row => row.Action).Order());
        Assert.Null(HttpFaultTable.Find("nonsense"));
        Assert.Null(ActionTable.Find("nonsense"));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_http_fault_reads_its_example_and_says_what_it_does(string name)
    {
        var row = HttpFaultTable.Find(name)!;

        var effect = Assert.IsType<HttpEffect>(EffectOf($"http: {{ {row.Example}, percent: 25%, path: /a*, method: GET }}"));

        Assert.StartsWith(name + ": ", row.Example);
        Assert.Equal((0.25, "/a*", "GET"), (effect.Percent, effect.Path, effect.Method));
        Assert.NotEmpty(effect.Fault.Summary);
        Assert.NotEmpty(row.Value);
        Assert.DoesNotMatch("^[A-Z]|[.]$", row.Description);
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public void Every_action_can_be_named(string name)
    {
        var row = ActionTable.Find(name)!;

        var effect = Assert.IsType<ActionEffect>(EffectOf($"action: {name}{(row.Needs is { } key ? $", {key}: 3" : "")}"));

        Assert.Equal(new ActionEffect(row.Action, row.Needs == "workers" ? 3 : null, row.Needs == "weight" ? 3 : null), effect);
        Assert.DoesNotMatch("^[A-Z]|[.]$", row.Description);
    }

    [Theory]
    [InlineData("http: { status: 503, percent: 12.5% }", "HTTP 503 for 12.5 % of requests")]
    [InlineData("http: { delay: 300ms, path: /a/* }", "300ms delay for 100 % of /a/*")]
    [InlineData("http: { hang: true, method: POST }", "hang for 100 % of POST requests")]
    [InlineData("http: { hang: true, method: POST, path: /a }", "hang for 100 % of POST /a")]
    [InlineData("http: { abort: after-headers }", "abort after-headers for 100 % of requests")]
    [InlineData("http: { truncate: 12.5% }", "truncate at 12.5 % of the body for 100 % of requests")]
    [InlineData("http: { slow_body: { bytes: 1KB, every: 50ms } }", "slow body (1000 bytes every 50ms) for 100 % of requests")]
    [InlineData("http: { headers: { a: x, b: 1 } }", "wrong headers a, b for 100 % of requests")]
    [InlineData("http: { huge_header: 64KB }", "header of 64000 bytes for 100 % of requests")]
    [InlineData("action: fail-health", "fail-health")]
    [InlineData("action: lose-capacity, workers: 2", "lose-capacity (workers=2)")]
    [InlineData("action: set-weight, weight: 0.5", "set-weight (weight=0.5)")]
    public void A_fault_is_told_in_words(string effect, string words)
    {
        var scenario = Read(effect);
        var plan = Planner.Plan(scenario, 1);

        Assert.Equal($"f begins: {words} on b1", FaultText.Begins(plan.Faults[0], plan));
    }

    private static FaultEffect EffectOf(string effect) => Read(effect).Faults[0].Effect;

    private static Scenario Read(string effect)
    {
        var reading = ScenarioReader.Read(
            $"version: 1\nname: x\ntarget: {{ backends: {{ count: 2 }} }}\nload: {{ rate: 1/s, duration: 10s }}\n"
            + $"faults: [{{ name: f, at: 1s, target: b1, {effect} }}]\n", "x.lb.yaml");
        Assert.Empty(reading.Problems);
        return reading.Scenario!;
    }
}
