using System.Collections.Immutable;
using LBTool.Cli.Rendering;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Running;

/// <summary>What the command line of <c>lbtool compare</c> asks for.</summary>
/// <param name="Verb">In which world.</param>
/// <param name="Request">The scenario.</param>
/// <param name="Algorithms">Those that are compared, at least one.</param>
/// <param name="Seed">Root of all randomness, the same for all; null to take the scenario's, or to choose one.</param>
/// <param name="Format">How the table is written.</param>
internal sealed record CompareOptions(
    RunVerb Verb, ScenarioRequest Request, ImmutableArray<AlgorithmChoice> Algorithms, ulong? Seed, TableFormat Format);

/// <summary>How a table is written.</summary>
internal enum TableFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs.</summary>
    Json,

    /// <summary>For pull requests.</summary>
    Markdown,
}

/// <summary>One <c>lbtool compare</c>: a run for each algorithm, then the ranking. It informs and gates nothing.</summary>
internal sealed class CompareSession(Terminal terminal, CompareOptions options)
{
    /// <summary>Runs it; returns the exit code.</summary>
    /// <exception cref="WorldException">The environment does not allow a run.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var scenario = await options.Request.LoadAsync(stop);
        var seed = options.Seed ?? scenario.Seed ?? (ulong)Random.Shared.Next();
        var rows = new List<ComparedRun>();
        foreach (var algorithm in options.Algorithms)
        {
            if (options.Verb.TakesTime)
            {
                await terminal.Error.WriteLineAsync(
                    $"{algorithm.Name}: {Durations.Format(scenario.Load.Duration)} ({rows.Count + 1} of {options.Algorithms.Length})");
            }

            var plan = Planner.Plan(scenario with { Target = scenario.Target.Under(algorithm) }, seed);
            rows.Add(ComparedRun.Of(await ConductAsync(plan, stop)));
            stop.ThrowIfCancellationRequested();
        }

        await ComparisonTable.WriteAsync(scenario.Name, seed, [.. rows.Order(ComparedRun.BestFirst)], options.Format, terminal.Output);
        return ExitCodes.Passed;
    }

    private async Task<RunResult> ConductAsync(RunPlan plan, CancellationToken stop)
    {
        Conductor? conductor = null;
        var result = await options.Verb.ConductAsync(
            plan, world => conductor = new Conductor(plan, world, TimeProvider.System, App.Version), null, stop);
        return conductor?.Failure is { } failure
            ? throw new WorldException($"{plan.Scenario.Target.Algorithm.Name}: {failure.Message}", failure)
            : result;
    }
}

/// <summary>What a comparison shows of one algorithm. Times are null when no request has one.</summary>
/// <param name="Algorithm">Its long name.</param>
/// <param name="P50">Median latency.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Requests">Measured requests.</param>
/// <param name="Errors">Those that failed.</param>
/// <param name="FaultyShare">Picks of faulty backends while they were, of all picks in that time; null when there was no such time.</param>
/// <param name="Verdict">Of the scenario's expectations.</param>
internal sealed record ComparedRun(
    string Algorithm, TimeSpan? P50, TimeSpan? P99, long Requests, long Errors, double? FaultyShare, Verdict Verdict)
{
    /// <summary>Passed before inconclusive before failed; then by errors, tail, median and name.</summary>
    public static IComparer<ComparedRun> BestFirst { get; } = Comparer<ComparedRun>.Create((a, b) => Rank(a).CompareTo(Rank(b)));

    /// <summary>Sums a run up.</summary>
    public static ComparedRun Of(RunResult result)
    {
        var run = new MeasuredRun(result);
        var window = run.Windows.Measured(run.Windows.Whole);
        var latencies = run.Latencies(window);
        return new ComparedRun(
            result.Plan.Scenario.Target.Algorithm.Name,
            latencies.Count == 0 ? null : latencies.Percentile(50),
            latencies.Count == 0 ? null : latencies.Percentile(99),
            run.Requests(window).Length,
            run.Errors(window),
            ShareOfFaulty(run),
            Judge.Evaluate(run).Verdict);
    }

    private static double? ShareOfFaulty(MeasuredRun run)
    {
        var (faulty, all) = (0L, 0L);
        foreach (var fault in run.Result.Plan.Faults)
        {
            var window = run.Windows.Measured(run.Windows.Named(fault.Name) ?? new Window(fault.Start, fault.End));
            faulty += fault.Backends.Sum(backend => run.Picks(window, backend));
            all += run.Picks(window);
        }

        return all == 0 ? null : (double)faulty / all;
    }

    private static (int, long, TimeSpan, TimeSpan, string) Rank(ComparedRun run) => (
        run.Verdict switch { Verdict.Passed => 0, Verdict.Inconclusive => 1, _ => 2 },
        run.Errors,
        run.P99 ?? TimeSpan.MaxValue,
        run.P50 ?? TimeSpan.MaxValue,
        run.Algorithm);
}
