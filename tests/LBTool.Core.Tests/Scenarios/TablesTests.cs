using LBTool.Core.Balancing;
using LBTool.Core.Faults;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Scenarios;

/// <summary>Every row of the tables that a scenario can name can be named, and its defaults can be read.</summary>
public class TablesTests
{
    public static TheoryData<string> Algorithms => [.. Balancers.All.SelectMany(row => row.Names)];

    public static TheoryData<string> Toxics => [.. ToxicTable.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Every_algorithm_can_be_named_and_gets_its_defaults(string name)
    {
        var row = Balancers.Find(name)!;
        foreach (var written in new[] { name, name.ToUpperInvariant(), $"{{ name: {name} }}" })
        {
            var algorithm = Read($"target: {{ algorithm: {written}, backends: {{ count: 2 }} }}").Target.Algorithm;

            Assert.Equal(row.Name, algorithm.Name);
            Assert.Equal(
                row.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal).Select(parameter => (parameter.Name, parameter.Default)),
                algorithm.Parameters.Select(parameter => (parameter.Key, parameter.Value)));
        }
    }

    [Theory]
    [MemberData(nameof(Toxics))]
    public void Every_toxic_can_be_named_and_all_its_attributes_are_given(string type)
    {
        var scenario = Read($"target: {{ backends: {{ count: 2 }} }}\nfaults: [{{ name: f, at: 1s, target: b1, toxic: {{ type: {type} }} }}]");
        var effect = Assert.IsType<ToxicEffect>(scenario.Faults[0].Effect);

        Assert.Equal(
            ToxicTable.Find(type)!.Attributes.Select(attribute => attribute.Name).Order(StringComparer.Ordinal), effect.Attributes.Keys);
        Assert.Equal((StreamDirection.Downstream, 1.0), (effect.Stream, effect.Toxicity));
    }

    [Theory]
    [MemberData(nameof(Toxics))]
    public void Every_example_of_a_toxic_can_be_read_and_names_all_its_attributes(string type)
    {
        var row = ToxicTable.Find(type)!;
        var scenario = Read($"target: {{ backends: {{ count: 2 }} }}\nfaults: [{{ name: f, at: 1s, target: b1, toxic: {row.Example} }}]");

        Assert.Equal(type, Assert.IsType<ToxicEffect>(scenario.Faults[0].Effect).Type);
        Assert.All(row.Attributes, attribute => Assert.Contains($"{attribute.Name}: ", row.Example));
    }

    [Theory]
    [InlineData("{ engine: builtin }", null)]
    [InlineData("{}", null)]
    [InlineData("{ engine: toxiproxy }", "http://127.0.0.1:8474/")]
    [InlineData("{ engine: toxiproxy, url: 'http://localhost:9000' }", "http://localhost:9000/")]
    [InlineData("{ engine: toxiproxy, url: 'http://[::1]:9000/' }", "http://[::1]:9000/")]
    public void The_fault_proxy_can_be_chosen(string written, string? toxiproxy) => Assert.Equal(
        toxiproxy, Read($"target: {{ fault_proxy: {written}, backends: {{ count: 2 }} }}").Target.Toxiproxy?.ToString());

    private static Scenario Read(string text)
    {
        var reading = ScenarioReader.Read("version: 1\nname: x\nload: { rate: 1/s, duration: 10s }\n" + text, "x.lb.yaml");
        Assert.Empty(reading.Problems);
        return reading.Scenario!;
    }
}
