using System.Text;
using LBTool.Core.Scenarios;
using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Tests.Scenarios;

public class DocumentationTests
{
    private const string File = "docs/scenarios.md";
    private const string Begin = "<!-- keys: made from the tables of the reader by DocumentationTests -->\n";
    private const string End = "<!-- end of keys -->\n";

    [Fact]
    public void The_documented_keys_are_those_of_the_tables()
    {
        var text = Checkout.Read(File);
        var (before, after) = (text[..(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)], text[text.IndexOf(End, StringComparison.Ordinal)..]);

        Golden.Check(File, before + Tables() + "\n" + after);
    }

    [Theory]
    [InlineData("docs/retries.md", "retries")]
    [InlineData("docs/retries.md", "limits")]
    [InlineData("docs/draining.md", "drain")]
    public void The_keys_of_a_part_are_documented_with_it(string file, string key)
    {
        var begin = $"<!-- keys of target.{key}: made from the tables of the reader by DocumentationTests -->\n";
        var text = Checkout.Read(file);
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var table = new StringBuilder();
        Rows(TargetKeys.Target.Keys.First(row => row.Key.Name == key).Key.Shape, table);

        Golden.Check(file, text[..from] + "\n" + table + "\n" + text[text.IndexOf(End, from, StringComparison.Ordinal)..]);
    }

    [Theory]
    [InlineData("docs/retries.md")]
    [InlineData("docs/draining.md")]
    public void Every_part_of_a_scenario_reads_without_a_problem(string file)
    {
        var parts = Checkout.Read(file).Split("```yaml\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]).ToList();

        Assert.NotEmpty(parts);
        Assert.All(parts, part => Assert.Empty(
            ScenarioReader.Read(part + "version: 1\nname: example\nload: { rate: 100/s, duration: 60s }\n", file).Problems));
    }

    [Fact]
    public void Every_example_reads_without_a_problem()
    {
        var examples = Checkout.Read(File).Split("```yaml\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])
            .Where(block => block.Contains("version: 1", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Empty(ScenarioReader.Read(example, File).Problems));
    }

    private static string Tables()
    {
        var tables = new StringBuilder();
        Describe("", ScenarioKeys.Scenario, tables);
        return tables.ToString();
    }

    private static void Describe(string path, Shape shape, StringBuilder to)
    {
        if (shape.Keys.Any())
        {
            Table(path, shape, to);
        }

        foreach (var (suffix, part) in shape.Parts)
        {
            Describe((path + suffix).TrimStart('.'), part, to);
        }
    }

    private static void Table(string path, Shape shape, StringBuilder to)
    {
        to.Append($"\n### {(path.Length == 0 ? "At the top" : $"`{path}`")}\n\n");
        Rows(shape, to);
    }

    private static void Rows(Shape shape, StringBuilder to)
    {
        to.Append("| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
        foreach (var (variant, key) in shape.Keys)
        {
            var of = variant is null ? "" : $" ({variant})";
            var fallback = key.IsRequired ? "**required**" : key.DefaultText is { } text ? $"`{text}`" : key.Absent;
            to.Append($"| `{key.Name}`{of} | {key.Shape.Words} | {fallback} | {key.Description} |\n");
        }
    }
}
