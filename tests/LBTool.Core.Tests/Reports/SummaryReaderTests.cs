using LBTool.Core.Reports;

namespace LBTool.Core.Tests.Reports;

public class SummaryReaderTests
{
    public static TheoryData<string, string> Renderings => new(
        from sample in SampleReports.All
        from format in ReportFormats.All
        select (sample.Name, format.Id));

    [Theory]
    [MemberData(nameof(Renderings))]
    public void A_report_that_was_read_renders_as_the_one_that_was_written(string sample, string format)
    {
        var report = SampleReports.All.Single(candidate => candidate.Name == sample).Report;
        var row = ReportFormats.All.Single(candidate => candidate.Id == format);

        var read = SummaryReader.Parse(ReportFormats.All.Single(candidate => candidate.Id == "json").Render(report));

        // Half a surrogate pair was written as an escaped U+FFFD, and is the character itself from then on.
        Assert.Equal(row.Render(report).Replace("\\uFFFD", "\uFFFD", StringComparison.Ordinal), row.Render(read));
    }
}
