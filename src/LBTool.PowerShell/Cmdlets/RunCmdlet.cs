using System.Globalization;
using System.Management.Automation;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Lbtool;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>What cmdlets share that run a scenario and judge it.</summary>
public abstract class RunCmdlet : ScenarioCmdlet
{
    /// <summary>This algorithm with its default parameters, instead of the scenario's, whose key it keeps.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(AlgorithmCompleter))]
    public string? Algorithm { get; set; }

    /// <summary>Root of all randomness. Without it the scenario's, or else one is chosen; the result has it.</summary>
    [Parameter]
    public ulong? Seed { get; set; }

    /// <summary>A folder for summary.json, TEST-lbtool.xml (JUnit) and summary.md; made if need be.</summary>
    [Parameter]
    public string? OutputDirectory { get; set; }

    /// <summary>A file for what happened to every request and every fault, one JSON object a line.</summary>
    [Parameter]
    public string? EventPath { get; set; }

    /// <summary>The verb of lbtool.</summary>
    private protected abstract string Verb { get; }

    /// <summary>The words that only this verb has.</summary>
    private protected abstract IEnumerable<string> OwnWords();

    private protected sealed override void Process()
    {
        if (!ShouldProcess(Scenario, Verb))
        {
            return;
        }

        var folder = OutputDirectory is null ? null : Resolve(OutputDirectory);
        var words = new List<string> { Verb };
        words.AddRange(ScenarioWords());
        words.AddRange(Option("--algo", Algorithm));
        words.AddRange(Option("--seed", Seed?.ToString(CultureInfo.InvariantCulture)));
        words.AddRange(Option("--out", folder));
        words.AddRange(Option("--events", EventPath is null ? null : Resolve(EventPath)));
        words.AddRange(OwnWords());
        words.AddRange(["--format", "json"]);

        var progress = new RunProgress($"lbtool {Verb} {Scenario}");
        try
        {
            WriteObject(new ScenarioResult(Run(words, line => WriteProgress(progress.After(line))), folder));
        }
        finally
        {
            WriteProgress(progress.Done());
        }
    }

    private protected static IEnumerable<string> Option(string name, string? value) => value is null ? [] : [name, value];
}
