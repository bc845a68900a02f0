using System.Collections.Immutable;
using LBTool.Cli.Rendering;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Reports;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Tests.Rendering;

public class FinalScreenTests
{
    private static readonly ExpectationOutcome Fast = new(
        "p99 < 60ms during baseline", "slow.lb.yaml(12,5)", Verdict.Passed, "14.2ms", "< 60ms", 2500, Interval: null, Reason: null);

    private static readonly ExpectationOutcome SmallShare = new(
        "share{backend=b1} < 5% during faulted", "slow.lb.yaml(13,5)", Verdict.Failed, "7.21%", "< 5%", 8998, "6.69% .. 7.76%", Reason: null);

    private static readonly ExpectationOutcome Relative = new(
        "p99 during faulted < 2x baseline + 20ms", "--expect", Verdict.Passed, "31ms", "< 48.4ms", 8998, Interval: null, Reason: null);

    private static readonly ExpectationOutcome TooFew = new(
        "p99.9 < 60ms", "--expect", Verdict.Inconclusive, Actual: null, "< 60ms", 200, Interval: null, "200 samples, but p99.9 needs 10000");

    [Fact]
    public void Passed() => Screens.Verify("final-passed.txt", Render(Report(new Gate(), Judged(Verdict.Passed, Fast, Relative))));

    [Fact]
    public void Failed() => Screens.Verify("final-failed.txt", Render(Report(new Gate(), Judged(Verdict.Failed, Fast, SmallShare))));

    [Fact]
    public void Inconclusive() => Screens.Verify("final-inconclusive.txt", Render(Report(new Gate(), Judged(Verdict.Inconclusive, Fast, TooFew))));

    [Fact]
    public void Nothing_expected() => Screens.Verify("final-nothing-expected.txt",
        Render(Report(new Gate(), new Judgement(Verdict.Inconclusive, "nothing is expected of this run", []))));

    [Fact]
    public void Two_attempts_are_both_shown() => Screens.Verify("final-two-attempts.txt",
        Render(Report(new Gate(Repeat: 3, Pass: 1), Judged(Verdict.Failed, Fast, SmallShare), Judged(Verdict.Passed, Fast, SmallShare))));

    [Fact]
    public void Nothing_that_a_scenario_says_can_move_the_cursor_or_be_markup()
    {
        var evil = Fast with { Text = "p99\u001b[2J [red]< 60ms" };

        var screen = Render(Report(new Gate(), Judged(Verdict.Passed, evil)));

        Assert.DoesNotContain('\u001b', screen);
        Assert.Contains("p99 [2J [red]< 60ms", screen);
    }

    private static Judgement Judged(Verdict verdict, params ImmutableArray<ExpectationOutcome> outcomes) => new(verdict, Reason: null, outcomes);

    private static Report Report(Gate gate, params Judgement[] judgements)
    {
        var scenario = Samples.Scenario with { Gate = gate };
        var requests = Enumerable.Range(1, 2000)
            .Select(number => Samples.Request(number, number % 20 == 0 ? 0 : 1, number == 40 ? RequestOutcome.Reset : RequestOutcome.Ok, number % 20 == 0 ? 210.5 : 10.25))
            .ToArray();
        var attempts = judgements.Select((judgement, place) =>
            AttemptReport.Of(place + 1, new MeasuredRun(Samples.Result(Samples.Plan with { Scenario = scenario, Seed = 42 + (ulong)place }, [.. requests])), judgement));
        return Core.Reports.Report.Create(Samples.Plan with { Scenario = scenario, Seed = 42 }, "test", [.. attempts], "lbtool run slow.lb.yaml --seed 42 --expect 'p99.9 < 60ms'");
    }

    private static string Render(Report report)
    {
        using var text = new StringWriter { NewLine = "\n" };
        FinalScreen.Write(report, Terminal.CreateScreen(text, plain: true, noColor: true, TestTerminal.Width));
        return text.ToString();
    }
}
