using System.Text.RegularExpressions;
using LBTool.Core.Expectations;
using LBTool.Core.Reports;

namespace LBTool.Core.Tests.Expectations;

public partial class DocumentationTests
{
    private static readonly string Page = Checkout.Read("docs/expectations.md");

    [Fact]
    public void The_table_of_metrics_is_the_one_in_the_code() =>
        Golden.Check("docs/expectations.md", MetricsBlock().Replace(Page, match => match.Groups["head"] + Table() + match.Groups["tail"]));

    [Fact]
    public void Every_example_reads()
    {
        var examples = ExampleBlocks().Matches(Page).SelectMany(match => match.Groups["body"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.True(examples.Length >= 9);
        Assert.All(examples, example => Assert.Null(ExpectationParser.Parse(example).Error));
    }

    [Fact]
    public void Every_expression_in_the_text_reads_or_is_called_an_error()
    {
        var expressions = InlineCode().Matches(Page).Select(match => match.Groups["code"].Value)
            .Where(code => ExpressionStart().IsMatch(code) && !code.Contains('…')).ToArray();
        Assert.True(expressions.Length >= 10);
        Assert.All(expressions, code => Assert.Equal(code == "p99 < 5%", ExpectationParser.Parse(code).Error is not null));
    }

    [Fact]
    public void Every_report_format_is_described()
    {
        var page = Checkout.Read("docs/output.md");
        Assert.All(ReportFormats.All, row => Assert.Contains($"## {row.FileName}\n", page));
        Assert.All(ReportFormats.All, row => Assert.Contains(row.Description.Split(", for ")[0], page));
    }

    private static string Table() => "| metric | labels | compared with | is | e.g. |\n| --- | --- | --- | --- | --- |\n"
        + string.Concat(Metrics.All.Select(metric =>
            $"| `{metric.Name}` | {Labels(metric)} | {string.Join(" or ", metric.Units.Select(unit => unit.ToString().ToLowerInvariant()))} | {metric.Description} | `{metric.Example}` |\n"));

    private static string Labels(Metric metric) => metric.Backend switch
    {
        BackendLabel.Required => "`backend`, required",
        BackendLabel.Optional => "`backend`",
        _ => "",
    };

    [GeneratedRegex(@"(?<head><!-- metrics[^>]*-->\n).*?(?<tail><!-- /metrics -->)", RegexOptions.Singleline)]
    private static partial Regex MetricsBlock();

    [GeneratedRegex(@"```expectations\n(?<body>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ExampleBlocks();

    [GeneratedRegex(@"`(?<code>[^`\n]+)`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"^[a-z_0-9.]+(\{[^}]*\})? (<|<=|>|>=|==|!=) ")]
    private static partial Regex ExpressionStart();
}
