using System.Globalization;
using System.Management.Automation;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Runs a scenario in virtual time and judges it: exact, repeatable, in milliseconds, at any scale.</summary>
/// <example>
///   <code>Invoke-LBChaosSimulation slow-backend -Algorithm lc -Scale 100</code>
///   <para>A hundred times the backends under a hundred times the traffic.</para>
/// </example>
/// <example>
///   <code>(Invoke-LBChaosSimulation slow-backend -Repeat 20).Attempts | Group-Object Verdict</code>
///   <para>How often it passes over 20 seeds.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "LBChaosSimulation", SupportsShouldProcess = true)]
[OutputType(typeof(ScenarioResult))]
public sealed class InvokeLBChaosSimulationCommand : RunCmdlet
{
    /// <summary>So many times the backends under so many times the traffic.</summary>
    [Parameter]
    [ValidateRange(1, 10000)]
    public int? Scale { get; set; }

    /// <summary>So many seeds, one after the other, instead of the gate's attempts.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int? Repeat { get; set; }

    /// <summary>Time from client to balancer, from balancer to backend, and each way back; at most 10s.</summary>
    [Parameter]
    public Duration? NetworkDelay { get; set; }

    private protected override string Verb => "simulate";

    private protected override IEnumerable<string> OwnWords() =>
    [
        .. Option("--scale", Scale?.ToString(CultureInfo.InvariantCulture)),
        .. Option("--repeat", Repeat?.ToString(CultureInfo.InvariantCulture)),
        .. Option("--network-delay", NetworkDelay?.ToString()),
    ];
}
