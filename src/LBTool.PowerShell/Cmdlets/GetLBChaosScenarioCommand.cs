using System.Management.Automation;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Lists the built-in scenarios.</summary>
/// <example>
///   <code>Get-LBChaosScenario</code>
///   <para>All of them.</para>
/// </example>
/// <example>
///   <code>Get-LBChaosScenario *backend | Invoke-LBChaosSimulation | Format-Table Scenario, Verdict</code>
///   <para>Simulates some of them.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "LBChaosScenario")]
[OutputType(typeof(Scenario))]
public sealed class GetLBChaosScenarioCommand : LbtoolCmdlet
{
    /// <summary>Their names, with wildcards; all by default.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ScenarioCompleter))]
    public string[] Name { get; set; } = ["*"];

    private protected override void Process()
    {
        var scenarios = Json.Parse(Run(["scenarios", "--format", "json"])).Items.Select(item => new Scenario(item)).ToArray();
        var known = string.Join(", ", scenarios.Select(scenario => scenario.Name));
        Each(Name, pattern => WriteObject(
            Names.Matching(scenarios, scenario => scenario.Name, pattern, name => new LBChaosException(
                Reason.ScenarioNotFound, $"no built-in scenario is named '{name}'; there are {known}", name)),
            enumerateCollection: true));
    }
}
