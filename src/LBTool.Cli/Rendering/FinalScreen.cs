using LBTool.Core.Expectations;
using LBTool.Core.Reports;
using Spectre.Console;

namespace LBTool.Cli.Rendering;

/// <summary>
/// What a run ends with: the verdict with its seed, then for each attempt the expectations, the backends and the events,
/// then the command that repeats it. What decides comes first; details follow.
/// </summary>
internal static class FinalScreen
{
    private const string Nothing = "-";

    /// <summary>Writes it.</summary>
    public static void Write(Report report, IAnsiConsole screen)
    {
        screen.WriteLine();
        screen.MarkupLine($"{Styled(report.Verdict, Word(report.Verdict).ToUpperInvariant())}  {Escaped(report.Scenario)}, seed {report.Seed}");
        WriteReason(report.Reason, screen);
        foreach (var attempt in report.Attempts)
        {
            WriteAttempt(report, attempt, screen);
        }

        screen.WriteLine();
        screen.WriteLine("run it again:");

        // Past the screen, which would break a long line at its width: this one is there to be copied.
        screen.Profile.Out.Writer.WriteLine($"  {report.Rerun}");
    }

    private static void WriteAttempt(Report report, AttemptReport attempt, IAnsiConsole screen)
    {
        screen.WriteLine();
        if (report.Repeat > 1)
        {
            screen.MarkupLine($"attempt {attempt.Number} of up to {report.Repeat}, seed {attempt.Seed}: {Styled(attempt.Verdict, Word(attempt.Verdict))}");
            WriteReason(attempt.Reason, screen);
        }

        if (!attempt.Expectations.IsEmpty)
        {
            screen.Write(Expectations(attempt));
            screen.WriteLine();
        }

        screen.Write(Backends(attempt));
        screen.WriteLine($"  {Totals(attempt.Overall)}");
        screen.WriteLine();
        var (shown, leftOut) = EventExcerpt.Of(attempt.Events);
        foreach (var happened in shown)
        {
            screen.WriteLine(EventText.Line(happened.AtMs, OneLine(happened.Text)));
        }

        if (leftOut > 0)
        {
            screen.WriteLine($"          … {EventExcerpt.Rest(leftOut)}");
        }
    }

    private static Grid Expectations(AttemptReport attempt)
    {
        var grid = Columns(("", false), ("expectation", false), ("actual", true), ("samples", true), ("", false));
        foreach (var outcome in attempt.Expectations)
        {
            grid.AddRow(
                Styled(outcome.Verdict, Word(outcome.Verdict)),
                Escaped(outcome.Text),
                Escaped(outcome.Actual ?? Nothing),
                Figures.Number(outcome.Samples),
                Escaped(Note(outcome)));
        }

        return grid;
    }

    // A relative bound has a value that its text does not show.
    private static string Note(ExpectationOutcome outcome)
    {
        var bound = outcome.Text.Contains(outcome.Bound, StringComparison.Ordinal) ? null : $"bound {outcome.Bound}";
        var interval = outcome.Interval is null ? null : $"95% interval {outcome.Interval}";
        return string.Join("; ", new[] { bound, interval, outcome.Reason }.OfType<string>());
    }

    private static Grid Backends(AttemptReport attempt)
    {
        var grid = Columns(
            ("backend", false), ("requests", true), ("share", true), ("errors", true), ("p50", true), ("p95", true),
            ("p99", true), ("max in flight", true), ("attempts", true));
        foreach (var backend in attempt.Backends)
        {
            grid.AddRow(
                Escaped(backend.Name),
                Figures.Number(backend.Requests),
                Figures.Percent(backend.Share),
                backend.Errors == 0 ? "0" : $"[red]{Figures.Number(backend.Errors)}[/]",
                Time(backend.P50Ms),
                Time(backend.P95Ms),
                Time(backend.P99Ms),
                backend.MaxInflight is { } most ? Figures.Number(most) : Nothing,
                Figures.Number(backend.Attempts));
        }

        var all = attempt.Overall;
        grid.AddRow(
            "all", Figures.Number(all.Requests), "", Figures.Number(all.Errors), Time(all.P50Ms), Time(all.P95Ms), Time(all.P99Ms), "", Figures.Number(all.Attempts));
        return grid;
    }

    private static string Totals(OverallReport overall)
    {
        var parts = new List<string> { $"{Figures.Rate(overall.Rps)} requests/s" };
        if (overall.AchievedRate is { } achieved)
        {
            parts.Add($"{Figures.Percent(achieved)} of the schedule");
        }

        parts.Add($"slowest {Time(overall.MaxMs)}");
        parts.AddRange(overall.Outcomes.Select(row => $"{row.Outcome} {Figures.Number(row.Count)}"));
        return string.Join(", ", parts);
    }

    private static Grid Columns(params (string Title, bool Right)[] columns)
    {
        var grid = new Grid();
        foreach (var (_, right) in columns)
        {
            grid.AddColumn(new GridColumn { Padding = new Padding(2, 0, 0, 0), Alignment = right ? Justify.Right : Justify.Left, NoWrap = right });
        }

        return grid.AddRow([.. columns.Select(column => $"[dim]{column.Title}[/]")]);
    }

    private static void WriteReason(string? reason, IAnsiConsole screen)
    {
        if (reason is not null)
        {
            screen.WriteLine($"  {OneLine(reason)}");
        }
    }

    private static string Styled(Verdict verdict, string text) => verdict switch
    {
        Verdict.Passed => $"[green]{text}[/]",
        Verdict.Failed => $"[red]{text}[/]",
        _ => $"[yellow]{text}[/]",
    };

    // A failure stands out where there are no colours.
    private static string Word(Verdict verdict) => verdict == Verdict.Failed ? "FAILED" : verdict.ToString().ToLowerInvariant();

    private static string Time(double? ms) => Figures.Time(ms, Nothing);

    private static string Escaped(string text) => Markup.Escape(OneLine(text));

    // Texts of a scenario are shown, never obeyed: a control character could move the cursor.
    private static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
