using System.Globalization;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Reports;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Rendering;

/// <summary>Shows a run as lines for a log: one an event, and a status line every few seconds.</summary>
internal sealed class LineView(TextWriter output) : IRunView
{
    private const int MostShares = 8;
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<RunResult> ShowAsync(RunPlan plan, string title, Func<Action<RunProgress>?, Task<RunResult>> run)
    {
        await output.WriteLineAsync(title);
        var tally = new RunTally(plan.Backends.Length);
        var nextStatus = StatusInterval;
        var told = 0;
        var result = await run(progress =>
        {
            told = TellEvents(progress.Events, told);
            tally.Update(progress);
            if (progress.Now >= nextStatus)
            {
                nextStatus += StatusInterval;
                output.WriteLine(Status(progress, tally, plan));
            }
        });
        TellEvents(result.Events, told);
        return result;
    }

    private int TellEvents(IReadOnlyList<RunEvent> events, int told)
    {
        for (; told < events.Count; told++)
        {
            var happened = events[told];
            if (EventExcerpt.IsNews(happened.Kind, happened.Name, happened.At))
            {
                output.WriteLine(EventText.Line(happened.At.TotalMilliseconds, happened.Text));
            }
        }

        return told;
    }

    private static string Status(RunProgress progress, RunTally tally, RunPlan plan)
    {
        var shares = plan.Backends.Zip(tally.Shares, (name, share) => string.Create(CultureInfo.InvariantCulture, $"{name} {share * 100:0.0}%"));
        var more = plan.Backends.Length > MostShares ? " …" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{progress.Now.TotalSeconds,8:0.00}s  of {Durations.Format(progress.Length)}: {tally.Rate:0} requests/s, errors {tally.Errors}; ")
            + string.Join(", ", shares.Take(MostShares)) + more;
    }
}
