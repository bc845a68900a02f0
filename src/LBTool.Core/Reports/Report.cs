using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;

namespace LBTool.Core.Reports;

/// <summary>
/// All that any report shows of a gate: numbers ready to print, no record left. Its JSON is <c>summary.json</c>, field
/// by field; renaming or removing one is a new <see cref="Format"/>.
/// </summary>
/// <param name="Format">Version of this shape, <see cref="CurrentFormat"/>.</param>
/// <param name="Version">The lbtool that ran it.</param>
/// <param name="Scenario">Title of the scenario.</param>
/// <param name="Seed">Seed of the first attempt; a string in JSON, where numbers of that size get lost.</param>
/// <param name="Verdict">Of all attempts together.</param>
/// <param name="Reason">Why, when no single expectation says so; else null.</param>
/// <param name="Repeat">Attempts at most.</param>
/// <param name="Pass">Attempts that must pass.</param>
/// <param name="Rerun">The command line that runs exactly this again.</param>
/// <param name="Attempts">Each attempt, in order.</param>
public sealed record Report(
    int Format,
    string Version,
    string Scenario,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)] ulong Seed,
    Verdict Verdict,
    string? Reason,
    int Repeat,
    int Pass,
    string Rerun,
    ImmutableArray<AttemptReport> Attempts)
{
    /// <summary>The version of the shape that this lbtool writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Each expectation's value over all attempts, in the order written; empty when there is only one.</summary>
    public ImmutableArray<ValueReport> Values { get; init; } = [];

    /// <summary>Sums up the attempts of one scenario.</summary>
    /// <param name="plan">Of the first attempt.</param>
    /// <param name="version">The lbtool that ran it.</param>
    /// <param name="attempts">At least one.</param>
    /// <param name="rerunCommand">The command line that runs exactly this again.</param>
    /// <exception cref="ArgumentException">There is no attempt.</exception>
    public static Report Create(RunPlan plan, string version, IReadOnlyList<AttemptReport> attempts, string rerunCommand)
    {
        if (attempts.Count == 0)
        {
            throw new ArgumentException("A report needs at least one attempt.", nameof(attempts));
        }

        var gate = plan.Scenario.Gate;
        Verdict[] verdicts = [.. attempts.Select(attempt => attempt.Verdict)];
        var reason = gate.Repeat == 1
            ? attempts[0].Reason
            : $"{verdicts.Count(verdict => verdict == Verdict.Passed)} of {verdicts.Length} attempts passed; {gate.Pass} of {gate.Repeat} must";
        return new Report(CurrentFormat, version, plan.Scenario.Name, plan.Seed,
            AttemptGate.Combine(gate, verdicts), reason, gate.Repeat, gate.Pass, rerunCommand, [.. attempts])
        {
            Values = ValueReport.Of(attempts),
        };
    }
}

/// <summary>One attempt.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="StartedAt">Wall-clock time at which it began.</param>
/// <param name="LengthMs">Measured length of its load.</param>
/// <param name="End">Why it ended.</param>
/// <param name="EndReason">In words, when it did not complete.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="Reason">Why, when no single expectation says so.</param>
/// <param name="Overall">All requests together.</param>
/// <param name="Backends">Each backend, in the scenario's order.</param>
/// <param name="Expectations">Each expectation, in the order written.</param>
/// <param name="Events">What happened, in order of time.</param>
public sealed record AttemptReport(
    int Number,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)] ulong Seed,
    DateTimeOffset StartedAt,
    double LengthMs,
    RunEnd End,
    string? EndReason,
    Verdict Verdict,
    string? Reason,
    OverallReport Overall,
    ImmutableArray<BackendReport> Backends,
    ImmutableArray<ExpectationOutcome> Expectations,
    ImmutableArray<EventReport> Events)
{
    /// <summary>Sums up an attempt.</summary>
    /// <param name="number">From 1.</param>
    /// <param name="run">What it measured.</param>
    /// <param name="judgement">What became of its expectations.</param>
    public static AttemptReport Of(int number, MeasuredRun run, Judgement judgement)
    {
        var result = run.Result;
        return new AttemptReport(number, result.Plan.Seed, result.StartedAt, result.Length.TotalMilliseconds,
            result.End, result.EndReason, judgement.Verdict, judgement.Reason,
            OverallReport.Of(run),
            [.. result.Plan.Backends.Select((name, index) => BackendReport.Of(run, name, index))],
            judgement.Outcomes,
            [.. result.Events.Select(happening => new EventReport(happening.At.TotalMilliseconds,
                happening.Intended.TotalMilliseconds, happening.Kind, happening.Name,
                happening.Backend < 0 ? null : result.Plan.Backends[happening.Backend], happening.Text))]);
    }
}

/// <summary>Something that happened.</summary>
/// <param name="AtMs">When, as a time of the run.</param>
/// <param name="IntendedMs">When it was to happen.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The fault that it belongs to, or the name of what happened.</param>
/// <param name="Backend">The backend that it is about; null when it is about none or several.</param>
/// <param name="Text">In words.</param>
public sealed record EventReport(double AtMs, double IntendedMs, RunEventKind Kind, string Name, string? Backend, string Text);
