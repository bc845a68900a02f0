using System.Text.Json.Nodes;
using System.Xml.Linq;
using LBTool.Core.Reports;
using NJsonSchema;

namespace LBTool.Core.Tests.Reports;

public class ReportFormatsTests
{
    public static TheoryData<string, string> Renderings => new(
        from sample in SampleReports.All
        from format in ReportFormats.All
        select (sample.Name, format.Id));

    [Theory]
    [MemberData(nameof(Renderings))]
    public void A_report_reads_as_its_golden_file(string sample, string format)
    {
        var row = ReportFormats.All.Single(candidate => candidate.Id == format);
        Golden.Check(
            $"tests/LBTool.Core.Tests/Reports/golden/{sample}/{row.FileName}",
            row.Render(SampleReports.All.Single(candidate => candidate.Name == sample).Report));
    }

    [Fact]
    public void All_formats_have_a_name_a_file_and_a_description()
    {
        Assert.True(ReportFormats.All.Length >= 3);
        Assert.All(ReportFormats.All, row => Assert.All([row.Id, row.FileName, row.Description], text => Assert.False(string.IsNullOrWhiteSpace(text))));
        Assert.Equal(ReportFormats.All.Length, ReportFormats.All.Select(row => row.FileName).Distinct().Count());
    }

    [Fact]
    public void The_schema_is_the_one_committed() => Golden.Check("schemas/summary.schema.json", SummarySchema.ToJson());

    [Fact]
    public async Task Every_summary_obeys_the_schema()
    {
        var schema = await JsonSchema.FromJsonAsync(SummarySchema.ToJson(), TestContext.Current.CancellationToken);
        Assert.All(SampleReports.All, sample => Assert.Empty(schema.Validate(Render("json", sample.Report))));
    }

    [Theory]
    [InlineData("verdict")]
    [InlineData("attempts")]
    public async Task The_schema_refuses_a_summary_without(string key)
    {
        var schema = await JsonSchema.FromJsonAsync(SummarySchema.ToJson(), TestContext.Current.CancellationToken);
        var summary = JsonNode.Parse(Render("json", SampleReports.Failed))!.AsObject();
        summary.Remove(key);
        Assert.NotEmpty(schema.Validate(summary.ToJsonString()));
    }

    [Fact]
    public void A_seed_of_any_size_comes_through_JSON() =>
        Assert.Equal("18446744073709551615", (string?)JsonNode.Parse(Render("json", SampleReports.Inconclusive))!["seed"]);

    [Fact]
    public void Hostile_text_comes_through_JSON_except_half_a_character() =>
        Assert.Equal(SampleReports.Hostile.Replace('\uD83D', '\uFFFD').Replace("\uFFFD\uDCA5", "💥"),
            (string?)JsonNode.Parse(Render("json", SampleReports.HostileText))!["scenario"]);

    [Fact]
    public void Hostile_text_comes_through_XML_except_what_XML_cannot_hold()
    {
        var suite = XDocument.Parse(Render("junit", SampleReports.HostileText)).Root!.Element("testsuite")!;
        Assert.Equal("<b>|`*[x](y)&\"' \\ \r\n\t\uFFFD\uFFFD[31m\uFFFD \uFFFD 💥 ]]> --> ```", suite.Attribute("name")!.Value);
    }

    [Fact]
    public void Hostile_text_breaks_no_table_of_the_Markdown()
    {
        var rows = Render("markdown", SampleReports.HostileText).Split('\n').Where(line => line.StartsWith('|')).ToArray();
        Assert.All(rows.Where(row => row.Contains("💥")), row => Assert.DoesNotContain("<b>", row));
        var expectations = rows.TakeWhile(row => !row.Contains("Backend")).ToArray();
        Assert.Equal(3, expectations.Length);
        Assert.All(expectations, row => Assert.Equal(7, row.Count(c => c == '|')));
    }

    [Theory]
    [InlineData("passed", 0, 0)]
    [InlineData("failed", 2, 0)]
    [InlineData("inconclusive", 0, 4)]
    public void A_CI_system_sees_red_exactly_when_the_gate_did_not_pass(string sample, int failures, int errors)
    {
        var suites = XDocument.Parse(Render("junit", SampleReports.All.Single(row => row.Name == sample).Report)).Descendants("testsuite").ToArray();
        Assert.Equal(failures, suites.Sum(suite => (int)suite.Attribute("failures")!));
        Assert.Equal(errors, suites.Sum(suite => (int)suite.Attribute("errors")!));
        Assert.Equal(failures, suites.Descendants("failure").Count());
        Assert.Equal(errors, suites.Descendants("error").Count());
        Assert.All(suites, suite => Assert.Equal((int)suite.Attribute("tests")!, suite.Elements("testcase").Count()));
    }

    private static string Render(string format, Report report) => ReportFormats.All.Single(row => row.Id == format).Render(report);
}
