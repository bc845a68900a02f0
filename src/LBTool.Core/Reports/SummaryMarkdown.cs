using System.Globalization;
using System.Text;
using LBTool.Core.Expectations;

namespace LBTool.Core.Reports;

/// <summary>
/// Renders <c>summary.md</c>, made for the step summary of a CI job: verdict and seed, expectations, backends, events,
/// and the command that runs it again.
/// </summary>
internal static class SummaryMarkdown
{
    private const string Nothing = "–";

    public static string Render(Report report)
    {
        var text = new StringBuilder();
        Line(text, $"# {Sign(report.Verdict)} {Cell(report.Scenario)}: {Word(report.Verdict)}");
        Line(text, $"Seed {report.Seed}, lbtool {Cell(report.Version)}.{(report.Reason is null ? "" : $" {Cell(report.Reason)}.")}");
        Table(text, ["Expectation", "Mean ± 95%", "Least … most", "Passed"], "lrrr", report.Values.Select(value => new[]
        {
            Code(value.Text), Cell(value.InWords() ?? "–"), Cell(value.Range() ?? "–"), $"{value.Passed} of {report.Attempts.Length}",
        }));
        foreach (var attempt in report.Attempts)
        {
            WriteAttempt(text, report, attempt);
        }

        Line(text, "Run it again:");
        var fence = Fence(report.Rerun);
        return text.Append(CultureInfo.InvariantCulture, $"{fence}sh\n{OneLine(report.Rerun)}\n{fence}\n").ToString();
    }

    private static void WriteAttempt(StringBuilder text, Report report, AttemptReport attempt)
    {
        if (report.Repeat > 1)
        {
            Line(text, $"## {Sign(attempt.Verdict)} Attempt {attempt.Number} of at most {report.Repeat}: {Word(attempt.Verdict)}");
            Line(text, $"Seed {attempt.Seed}.{(attempt.Reason is null ? "" : $" {Cell(attempt.Reason)}.")}");
        }

        Table(text, ["", "Expectation", "Actual", "Bound", "Samples", "Note"], "llrlrl", attempt.Expectations.Select(outcome => new[]
        {
            Sign(outcome.Verdict), Code(outcome.Text), Cell(outcome.Actual ?? Nothing), Cell(outcome.Bound), Figures.Number(outcome.Samples),
            Cell(outcome.Reason ?? (outcome.Interval is null ? "" : $"95% interval {outcome.Interval}")),
        }));
        WriteOverall(text, attempt.Overall);
        Table(text, ["Backend", "Requests", "Share", "Errors", "p50", "p95", "p99", "Max in flight", "Attempts"], "lrrrrrrrr",
            attempt.Backends.Select(row => new[]
            {
                Cell(row.Name), Figures.Number(row.Requests), Figures.Percent(row.Share), Figures.Number(row.Errors), Time(row.P50Ms), Time(row.P95Ms),
                Time(row.P99Ms), row.MaxInflight is { } most ? Figures.Number(most) : Nothing, Figures.Number(row.Attempts),
            }));
        var (shown, leftOut) = EventExcerpt.Of(attempt.Events);
        Table(text, ["At", "Event", "Late by"], "rlr", shown.Select(row => new[]
        {
            Time(row.AtMs), Cell(row.Text), Time(row.AtMs - row.IntendedMs),
        }));
        if (leftOut > 0)
        {
            Line(text, $"… {EventExcerpt.Rest(leftOut)}.");
        }
    }

    private static void WriteOverall(StringBuilder text, OverallReport overall)
    {
        Line(text, $"{Figures.Number(overall.Requests)} requests, {Figures.Rate(overall.Rps)}/s"
            + (overall.AchievedRate is { } achieved ? $" ({Figures.Percent(achieved)} of the schedule, {Figures.Number(overall.Dropped)} dropped)" : "")
            + $"; attempts {Figures.Number(overall.Attempts)}, duplicates {Figures.Number(overall.Duplicates)}, errors {Figures.Number(overall.Errors)}."
            + (overall.Outcomes.IsEmpty ? "" : $" Outcomes: {string.Join(", ", overall.Outcomes.Select(row => $"{row.Outcome} {Figures.Number(row.Count)}"))}."));
        Line(text, $"p50 {Time(overall.P50Ms)}, p90 {Time(overall.P90Ms)}, p95 {Time(overall.P95Ms)}, p99 {Time(overall.P99Ms)},"
            + $" p99.9 {Time(overall.P999Ms)}, max {Time(overall.MaxMs)}, avg {Time(overall.AvgMs)}.");
    }

    private static void Table(StringBuilder text, string[] heads, string alignment, IEnumerable<string[]> rows)
    {
        var body = rows.ToArray();
        if (body.Length == 0)
        {
            return;
        }

        void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        Row(heads);
        Row(alignment.Select(side => side == 'r' ? "---:" : "---"));
        Array.ForEach(body, Row);
        text.Append('\n');
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append("\n\n");

    private static string Sign(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "✅",
        Verdict.Failed => "❌",
        _ => "❔",
    };

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string Time(double? ms) => Figures.Time(ms, Nothing);

    private static string Code(string text) => $"<code>{Cell(text)}</code>";

    // Whatever could end a cell, begin markup or start a tag becomes an entity; a line break would end the table.
    private static string Cell(string text)
    {
        var cell = new StringBuilder(text.Length);
        foreach (var c in OneLine(text))
        {
            _ = c is '|' or '<' or '>' or '&' or '`' or '*' or '[' or ']' or '\\' or '~' or '#' or '@'
                ? cell.Append(CultureInfo.InvariantCulture, $"&#{(int)c};")
                : cell.Append(c);
        }

        return cell.ToString();
    }

    // By runes, so that half a surrogate pair becomes U+FFFD.
    private static string OneLine(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? " " : rune.ToString()));

    private static string Fence(string content)
    {
        var longest = 0;
        for (int i = 0, run = 0; i < content.Length; i++)
        {
            run = content[i] == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return new string('`', Math.Max(3, longest + 1));
    }
}
