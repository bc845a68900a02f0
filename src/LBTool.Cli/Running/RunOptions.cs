using LBTool.Cli.Commands;

namespace LBTool.Cli.Running;

/// <summary>What the command line of <c>lbtool run</c> or <c>lbtool simulate</c> asks for.</summary>
/// <param name="Verb">In which world.</param>
/// <param name="Request">The scenario.</param>
/// <param name="Seed">Root of all randomness; null to take the scenario's, or to choose one.</param>
/// <param name="Out">Folder for the results; null for none.</param>
/// <param name="Format">What standard output carries.</param>
/// <param name="Gate">Whether the verdict decides the exit code.</param>
/// <param name="FailExitCode">Exit code of a failed gate.</param>
/// <param name="Quiet">No progress.</param>
/// <param name="Verbose">The resolved plan, and the place of an internal error.</param>
internal sealed record RunOptions(
    RunVerb Verb,
    ScenarioRequest Request,
    ulong? Seed,
    string? Out,
    OutputFormat Format,
    bool Gate,
    int FailExitCode,
    bool Quiet,
    bool Verbose)
{
    /// <summary>File for the event log; null for none.</summary>
    public string? Events { get; init; }

    /// <summary>Seeds to run, whatever the scenario's gate says; null to follow the gate.</summary>
    public int? Repeat { get; init; }
}
