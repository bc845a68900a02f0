using System.Globalization;
using LBTool.Cli.Commands;
using LBTool.Cli.Rendering;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Reports;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live;
using Spectre.Console;

namespace LBTool.Cli.Running;

/// <summary>One <c>lbtool run</c> or <c>lbtool simulate</c>: attempts until its gate is decided, then the report, whatever way they ended.</summary>
internal sealed class RunSession(Terminal terminal, RunOptions options)
{
    // Not the runs themselves: their records would add up over many seeds.
    private readonly List<AttemptReport> _attempts = [];
    private RunPlan? _first;
    private Exception? _failure;

    /// <summary>Runs it; returns the exit code.</summary>
    /// <exception cref="Failure">It cannot begin.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var scenario = Change(await options.Request.LoadAsync(stop));
        await using var log = options.Events is null ? null : EventFile.Create(options.Events);
        var folder = options.Out is null ? null : ResultsFolder.Prepare(options.Out);
        var seed = options.Seed ?? scenario.Seed ?? (ulong)Random.Shared.Next();
        terminal.Signals.Received = TellEnding;
        while (NeedsMore(scenario.Gate))
        {
            await AttemptAsync(scenario, unchecked(seed + (ulong)_attempts.Count), log, stop);
        }

        var report = Report.Create(_first!, App.Version, _attempts, RerunCommand.Write(options.Request, seed, options.Verb));

        // Files first: standard output may be a pipe that nobody reads to its end.
        await (folder?.WriteAsync(report) ?? Task.CompletedTask);
        await ShowAsync(report);
        _failure ??= log?.Failure;
        return ExitCode(report.Verdict);
    }

    // Not into a picture that moves: its next frame would be drawn in the wrong place.
    private void TellEnding()
    {
        if (View() is not LiveView)
        {
            terminal.Error.WriteLine("ending: faults are rolled back and results written; once more ends at once");
        }
    }

    private void TellStarted(LiveWorld world)
    {
        var text = $"toxiproxy API of the fault proxies: {world.Toxiproxy}";
        if (View() is LiveView)
        {
            // The screen puts it above the picture.
            terminal.Screen.WriteLine(text);
        }
        else
        {
            terminal.Error.WriteLine(text);
        }
    }

    private bool NeedsMore(Gate gate) =>
        _failure is null
        && _attempts.All(attempt => attempt.End != RunEnd.Interrupted)
        && (options.Repeat is { } seeds
            ? _attempts.Count < seeds
            : AttemptGate.NeedsMore(gate, [.. _attempts.Select(attempt => attempt.Verdict)]));

    // Several seeds keep the share of them that must pass.
    private Scenario Change(Scenario scenario)
    {
        var gate = scenario.Gate;
        return options.Verb.Change(options.Repeat is not { } seeds ? scenario
            : scenario with { Gate = gate with { Repeat = seeds, Pass = (int)Math.Ceiling((double)seeds * gate.Pass / gate.Repeat) } });
    }

    private async Task AttemptAsync(Scenario scenario, ulong seed, EventFile? log, CancellationToken stop)
    {
        var plan = Planner.Plan(scenario, seed);
        _first ??= plan;
        if (options.Verbose)
        {
            await terminal.Error.WriteLineAsync(PlanText.Write(plan));
        }

        var result = await View().ShowAsync(plan, Title(plan), progress => ConductAsync(plan, progress, stop));
        log?.Write(result);
        var run = new MeasuredRun(result);
        _attempts.Add(AttemptReport.Of(_attempts.Count + 1, run, Judge.Evaluate(run)));
    }

    private async Task<RunResult> ConductAsync(RunPlan plan, Action<RunProgress>? progress, CancellationToken stop)
    {
        Conductor? conductor = null;
        var result = await options.Verb.ConductAsync(
            plan,
            world => conductor = new Conductor(plan, world, TimeProvider.System, App.Version)
            {
                Progress = progress,
                AbortCheck = plan.Scenario.Expect.Any(expectation => expectation.Abort) ? Judge.FindAbort : null,
            },
            options.Verbose ? TellStarted : null,
            stop);
        _failure = conductor?.Failure;
        return result;
    }

    private IRunView View() =>
        options.Quiet || !options.Verb.TakesTime ? new SilentView()
        : options.Format == OutputFormat.Json ? new LineView(terminal.Error)
        : terminal.Interactive ? new LiveView(terminal.Screen)
        : new LineView(terminal.Output);

    private string Title(RunPlan plan)
    {
        var (scenario, load) = (plan.Scenario, plan.Scenario.Load);
        var attempt = scenario.Gate.Repeat > 1 ? $"attempt {_attempts.Count + 1} of up to {scenario.Gate.Repeat}, " : "";
        var traffic = load.Executor == Executor.ConstantVus
            ? $"{load.Vus} virtual users"
            : string.Create(CultureInfo.InvariantCulture, $"{load.Rate:0.##} requests/s");
        return $"{scenario.Name}: {attempt}seed {plan.Seed}, {scenario.Target.Algorithm.Name}, "
            + $"{plan.Backends.Length} backend{(plan.Backends.Length == 1 ? "" : "s")}, {traffic} for {Durations.Format(load.Duration)}";
    }

    private async Task ShowAsync(Report report)
    {
        if (options.Format == OutputFormat.Json)
        {
            await terminal.Output.WriteLineAsync(ReportFormats.All.First(format => format.Id == "json").Render(report).TrimEnd());
        }
        else if (options.Repeat > 1)
        {
            SeedsScreen.Write(report, terminal.Output);
        }
        else
        {
            FinalScreen.Write(report, terminal.Screen);
        }
    }

    private int ExitCode(Verdict verdict) =>
        _failure is not null ? App.Report(_failure, terminal, options.Verbose)
        : terminal.Signals.ExitCode != 0 && _attempts[^1].End == RunEnd.Interrupted ? terminal.Signals.ExitCode
        : !options.Gate ? ExitCodes.Passed
        : verdict switch
        {
            Verdict.Passed => ExitCodes.Passed,
            Verdict.Failed => options.FailExitCode,
            _ => ExitCodes.Inconclusive,
        };
}
