using System.Globalization;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LBTool.Cli.Rendering;

/// <summary>Shows a run as one picture that moves, on a terminal where frames can be drawn over each other.</summary>
internal sealed class LiveView(IAnsiConsole screen) : IRunView
{
    private const int ProgressWidth = 40;
    private const int ShareWidth = 30;

    // Below the picture there must be room for its other lines, or frames cannot be drawn over each other.
    private const int OtherLines = 6;

    /// <inheritdoc/>
    public Task<RunResult> ShowAsync(RunPlan plan, string title, Func<Action<RunProgress>?, Task<RunResult>> run)
    {
        var tally = new RunTally(plan.Backends.Length);
        var live = screen.Live(new Text(title));
        live.AutoClear = true;
        return live.StartAsync(context => run(progress =>
        {
            tally.Update(progress);
            context.UpdateTarget(Picture(plan, title, progress, tally));
        }));
    }

    private Rows Picture(RunPlan plan, string title, RunProgress progress, RunTally tally)
    {
        var faults = RunTally.ActiveFaults(progress.Events);
        return new Rows(
            new Text(title),
            Totals(progress, tally),
            Shares(plan, tally, Math.Max(1, screen.Profile.Height - OtherLines)),
            faults.IsEmpty ? new Text("no fault acts") : new Markup($"[yellow]{Markup.Escape(string.Join(", ", faults))}[/]"));
    }

    private static Markup Totals(RunProgress progress, RunTally tally)
    {
        var part = Math.Clamp(progress.Now / progress.Length, 0, 1);
        var errors = tally.Errors == 0 ? "errors 0" : $"[red]errors {tally.Errors}[/]";
        return new Markup(string.Create(CultureInfo.InvariantCulture,
            $"[green]{Bar(part, ProgressWidth)}[/] {progress.Now.TotalSeconds:0.0}s of {Durations.Format(progress.Length)}  {tally.Rate:0} requests/s  {errors}"));
    }

    private static IRenderable Shares(RunPlan plan, RunTally tally, int most)
    {
        var grid = new Grid().AddColumn().AddColumn().AddColumn();
        for (var index = 0; index < Math.Min(most, plan.Backends.Length); index++)
        {
            var share = tally.Shares[index];
            grid.AddRow(
                new Text(plan.Backends[index]),
                new Markup($"[blue]{Bar(share, ShareWidth)}[/]"),
                new Text(string.Create(CultureInfo.InvariantCulture, $"{share * 100,5:0.0}%")));
        }

        return grid;
    }

    private static string Bar(double part, int width)
    {
        var full = (int)Math.Round(part * width);
        return new string('█', full) + new string('░', width - full);
    }
}
