using System.Management.Automation;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Runs a scenario on loopback, with real sockets, and judges it.</summary>
/// <remarks>
/// The result has the verdict, the expectations, the backends, what happened, and the paths of the reports. A scenario that
/// does not pass is no error: pipe the result to Assert-LBChaos to stop there, or look at Passed.
/// </remarks>
/// <example>
///   <code>Invoke-LBChaosScenario slow-backend -Algorithm p2c -Seed 42</code>
///   <para>A built-in scenario under one algorithm.</para>
/// </example>
/// <example>
///   <code>$result = Invoke-LBChaosScenario checkout.lb.yaml -Variable @{ rate = 500 } -OutputDirectory results; if (-not $result.Passed) { exit 99 }</code>
///   <para>A gate in a build: reports for the CI system, and its exit code.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "LBChaosScenario", SupportsShouldProcess = true)]
[OutputType(typeof(ScenarioResult))]
public sealed class InvokeLBChaosScenarioCommand : RunCmdlet
{
    /// <summary>The URL of a Toxiproxy server that does the faults of the links, instead of what the scenario says.</summary>
    [Parameter]
    public Uri? Toxiproxy { get; set; }

    private protected override string Verb => "run";

    private protected override IEnumerable<string> OwnWords() => Option("--toxiproxy", Toxiproxy?.OriginalString);
}
