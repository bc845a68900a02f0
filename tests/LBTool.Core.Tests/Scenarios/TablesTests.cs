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

    private static Scenario Read(string text)
    {
        var reading = ScenarioReader.Read("version: 1\nname: x\nload: { rate: 1/s, duration: 10s }\n" + text, "x.lb.yaml");
        Assert.Empty(reading.Problems);
        return reading.Scenario!;
    }
}
