using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Expectations;

/// <summary>Says of a run whether it was as expected.</summary>
public static class Judge
{
    /// <summary>Judges all expectations of the run's scenario, in their order.</summary>
    public static Judgement Evaluate(MeasuredRun run)
    {
        var (result, judge) = (run.Result, new ExpectationJudge(run));
        ExpectationOutcome[] outcomes = [.. result.Plan.Scenario.Expect.Select(judge.Judge)];
        var (verdict, reason) = Sum(result, outcomes, judge.Behind);
        return new Judgement(verdict, reason, [.. outcomes]);
    }

    /// <summary>
    /// Judges what is known so far of a run that still goes on (its <see cref="RunResult.Length"/> is the time now).
    /// Returns the reason to end it, in words, when an expectation with <c>abort: true</c> is violated and enough of its
    /// window has passed; else null. How open requests end is not known yet, so <c>within</c> ends no run.
    /// </summary>
    public static string? FindAbort(RunResult partial)
    {
        var aborting = partial.Plan.Scenario.Expect.Where(written => written.Abort).ToArray();
        if (aborting.Length == 0)
        {
            return null;
        }

        var judge = new ExpectationJudge(new MeasuredRun(partial, underWay: true));
        return aborting
            .Where(written => HasPassed(written, judge, partial))
            .Select(judge.Judge)
            .Where(outcome => outcome.Verdict == Verdict.Failed)
            .Select(outcome => $"{outcome.Text}: it is {outcome.Actual}")
            .FirstOrDefault();
    }

    private static bool HasPassed(ExpectationText written, ExpectationJudge judge, RunResult partial) =>
        ExpectationParser.Parse(written.Text).Expectation is { When: not Within } expectation
        && judge.WindowOf(expectation.When) is { } window
        && partial.Length - Later(window.From, partial.Plan.Scenario.Load.Warmup) >= written.After;

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static (Verdict Verdict, string? Reason) Sum(RunResult result, ExpectationOutcome[] outcomes, string? behind) => result.End switch
    {
        RunEnd.Aborted => (Verdict.Failed, result.EndReason ?? "the run was ended early"),
        RunEnd.Interrupted => (Verdict.Inconclusive, result.EndReason ?? "the run was interrupted"),
        RunEnd.Failed => (Verdict.Inconclusive, result.EndReason ?? "the run could not be carried out"),
        _ when outcomes.Length == 0 => (Verdict.Inconclusive, "nothing is expected of this run"),
        _ when outcomes.Any(outcome => outcome.Verdict == Verdict.Failed) => (Verdict.Failed, null),
        _ when outcomes.Any(outcome => outcome.Verdict == Verdict.Inconclusive) => (Verdict.Inconclusive, behind),
        // What passed under too little load might not have under the load that was asked for.
        _ => (behind is null ? Verdict.Passed : Verdict.Inconclusive, behind),
    };
}
