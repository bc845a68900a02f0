using System.Text;
using LBTool.Core.Faults;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;
using LBTool.Core.Scenarios.Keys;

namespace LBTool.Core.Tests.HttpFaults;

/// <summary>Holds docs/faults.md to the code: its tables are the code's, and its examples are scenarios.</summary>
public class DocumentationTests
{
    private const string File = FaultExamples.File;
    private const string Begin = "<!-- http faults: made from the table by DocumentationTests -->\n";
    private const string End = "<!-- end of http faults -->\n";

    public static TheoryData<string> Examples => [.. FaultExamples.All];

    [Fact]
    public void The_documented_http_faults_are_those_of_the_table()
    {
        var text = Checkout.Read(File);
        var (before, after) = (text[..(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)], text[text.IndexOf(End, StringComparison.Ordinal)..]);
        var table = new StringBuilder("\n| fault | value | what it does | example |\n| --- | --- | --- | --- |\n");
        foreach (var row in HttpFaultTable.All)
        {
            table.Append($"| [`{row.Name}`](#{row.Name}) | {row.Value} | {row.Description} | `{row.Example}` |\n");
        }

        Golden.Check(File, before + table + "\n" + after);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_reads_without_a_problem(string example) => Assert.Empty(Read(example).Problems);

    [Fact]
    public void Everything_that_can_be_named_has_a_section_and_an_example()
    {
        var text = Checkout.Read(File);
        var effects = Examples.SelectMany(example => Read(example.Data).Scenario!.Faults).Select(fault => fault.Effect).ToList();

        Assert.True(Examples.Count >= 20, $"only {Examples.Count} examples were found");
        Assert.All(
            [.. ToxicTable.All.Select(row => row.Name), .. HttpFaultTable.All.Select(row => row.Name), .. BehaviourKeys.All.Select(key => key.Name)],
            name => Assert.Contains($"\n### {name}\n", text));
        Assert.Empty(ToxicTable.All.Select(row => row.Name).Except(effects.OfType<ToxicEffect>().Select(toxic => toxic.Type)));
        Assert.Equal(ActionTable.All.Select(row => row.Action).ToHashSet(), effects.OfType<ActionEffect>().Select(action => action.Action).ToHashSet());
        Assert.Equal(HttpFaultTable.All.Length, effects.OfType<HttpEffect>().Select(http => http.Fault.GetType()).Distinct().Count());
        Assert.All(ActionTable.All, row => Assert.Contains($"\n| `{row.Name}` |", text));
        Assert.All(BehaviourKeys.All, key => Assert.Contains(Examples, example => example.Data.Contains(key.Name + ":", StringComparison.Ordinal)));
    }

    private static ScenarioReading Read(string example) => ScenarioReader.Read(FaultExamples.Complete(example), File);
}
