using System.Text;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Scenarios;

/// <summary>
/// The table of bad inputs in samples/bad-inputs.txt: each with every message that it gets. A case that does not begin
/// with a version is appended to a small valid scenario of four lines, so its own first line is line 5.
/// A case marked [shape] is one that the JSON Schema must refuse too.
/// </summary>
public class BadInputsTests
{
    private const string File = "tests/LBTool.Core.Tests/Scenarios/samples/bad-inputs.txt";
    private const string ShapeMark = "[shape] ";

    private const string Valid = """
        version: 1
        name: x
        target: { backends: { count: 3 } }
        load: { rate: 10/s, duration: 10s }

        """;

    /// <summary>The scenarios that are wrong in shape, by the name of their case.</summary>
    internal static IEnumerable<(string Name, string Text)> WrongInShape =>
        Cases().Where(one => one.Name.StartsWith(ShapeMark, StringComparison.Ordinal)).Select(one => (one.Name, TextOf(one.Input)));

    [Fact]
    public void Every_bad_input_gets_these_messages()
    {
        var cases = Cases();
        Assert.True(cases.Count >= 80, $"only {cases.Count} cases were found");
        var table = new StringBuilder();
        foreach (var (name, input) in cases)
        {
            var reading = ScenarioReader.Read(TextOf(input), "bad.lb.yaml");
            Assert.True(reading.Scenario is null && !reading.Problems.IsEmpty, $"'{name}' is not refused");
            table.Append($"=== {name}\n{input}").Append("---\n").AppendJoin('\n', reading.Problems).Append("\n\n");
        }

        Golden.Check(File, table.ToString());
    }

    private static string TextOf(string input) => input.StartsWith("version", StringComparison.Ordinal) ? input : Valid + input;

    private static List<(string Name, string Input)> Cases() =>
    [
        .. Checkout.Read(File).Split("=== ", StringSplitOptions.RemoveEmptyEntries).Select(block =>
        {
            var lines = block.Split('\n');
            return (lines[0], string.Concat(lines.Skip(1).TakeWhile(line => line != "---").Select(line => line + "\n")));
        }),
    ];
}
