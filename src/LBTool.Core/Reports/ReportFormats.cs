using System.Collections.Immutable;

namespace LBTool.Core.Reports;

/// <summary>
/// The table of report formats: the one source for what is written, help and documentation.
/// To add one: a file that renders it, and a row here.
/// </summary>
public static class ReportFormats
{
    /// <summary>All formats, in the order in which they are written.</summary>
    public static ImmutableArray<ReportFormat> All { get; } =
    [
        new("json", "summary.json", "everything that was measured and judged, for programs", SummaryJson.Render),
        new("junit", "TEST-lbtool.xml", "one test case per expectation, for CI systems", JUnitXml.Render),
        new("markdown", "summary.md", "verdict, tables and the rerun command, for people", SummaryMarkdown.Render),
    ];
}

/// <summary>One format of report.</summary>
/// <param name="Id">Its name on the command line.</param>
/// <param name="FileName">The file that it is written to.</param>
/// <param name="Description">What it holds and for whom.</param>
/// <param name="Render">Makes its text: UTF-8, lines end with a line feed.</param>
public sealed record ReportFormat(string Id, string FileName, string Description, Func<Report, string> Render);
