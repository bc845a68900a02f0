using System.Text.Json.Nodes;
using LBTool.Core.Scenarios;
using LBTool.Core.Scenarios.Reading;
using NJsonSchema;

namespace LBTool.Core.Tests.Scenarios;

public class ScenarioSchemaTests
{
    public static TheoryData<string> Valid => [Samples.SlowBackend, .. BuiltInScenarios.All.Select(scenario => scenario.Text)];

    [Fact]
    public void The_committed_schema_is_what_the_tables_make() =>
        Golden.Check("schemas/scenario.schema.json", ScenarioSchema.ToJson());

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task A_scenario_that_reads_is_accepted(string text) =>
        Assert.Empty((await Schema()).Validate(ToJson(text)));

    [Fact]
    public async Task A_variable_may_stand_for_any_value() =>
        Assert.Empty((await Schema()).Validate(ToJson("""
            version: 1
            name: ${name}
            target: { algorithm: "${algo}", backends: { count: "${n}", latency: "${t}" } }
            load: { rate: "${rate}/s", duration: "${t}" }
            """)));

    [Fact]
    public async Task A_scenario_of_the_wrong_shape_is_refused()
    {
        var schema = await Schema();
        var wrong = BadInputsTests.WrongInShape.ToList();

        Assert.True(wrong.Count >= 40, $"only {wrong.Count} cases were found");
        Assert.All(wrong, one => Assert.True(schema.Validate(ToJson(one.Text)).Count > 0, $"accepted: {one.Name}"));
    }

    private static Task<JsonSchema> Schema() => JsonSchema.FromJsonAsync(ScenarioSchema.ToJson());

    private static string ToJson(string yaml)
    {
        var problems = new Problems("schema test");
        var root = YamlTree.Read(yaml, "a scenario", problems);
        Assert.False(problems.Any);
        return ToJson(root!)?.ToJsonString() ?? "null";
    }

    // As a YAML editor sees it: plain true, 5 and 0.5 are not texts.
    private static JsonNode? ToJson(Node node) => node switch
    {
        MapNode map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ToJson(entry.Value)))),
        ListNode list => new JsonArray([.. list.Items.Select(ToJson)]),
        TextNode { IsNothing: true } => null,
        TextNode { Quoted: false } text when text.Text is "true" or "false" => text.Text == "true",
        TextNode { Quoted: false } text when double.TryParse(text.Text, out var number) => number,
        TextNode text => text.Text,
        _ => throw new InvalidOperationException(node.ToString()),
    };
}
