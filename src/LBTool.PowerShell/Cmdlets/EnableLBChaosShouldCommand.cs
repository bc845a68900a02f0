using System.Management.Automation;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Teaches Pester 'Should -RouteAround': that a backend got next to none of the traffic.</summary>
/// <remarks>
/// Call it in BeforeAll, after Pester is loaded. It takes what Measure-LBChaos, Invoke-LBChaosLoad and
/// Invoke-LBChaosScenario write. -AtMost is the largest share that still counts as routed around, 0 … 1, by default 0.05.
/// </remarks>
/// <example>
///   <code>Enable-LBChaosShould; Measure-LBChaos -Duration 5s | Should -RouteAround b1 -AtMost 0.05</code>
///   <para>Fails unless b1 got at most 5 % of the requests.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Enable, "LBChaosShould", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class EnableLBChaosShouldCommand : LBChaosCmdlet
{
    // Written out and not made from a text of its own, since Pester refuses a script block without a session state. Pester
    // reads the parameters from it, and shows FailureMessage. It also refuses a name that it has: once is enough.
    private const string Register = """
        if (-not (Get-ShouldOperator | Where-Object Name -EQ 'RouteAround')) {
            Add-ShouldOperator -Name 'RouteAround' -Test {
                param($ActualValue, [string] $Backend, [double] $AtMost = 0.05, [switch] $Negate, [string] $Because, $CallerSessionState)
                [LBTool.PowerShell.RouteAround]::Judge($ActualValue, $Backend, $AtMost, $Negate, $Because)
            }
        }
        """;

    private protected override void Process()
    {
        if (InvokeCommand.GetCommand("Add-ShouldOperator", CommandTypes.All) is null)
        {
            throw new LBChaosException(Reason.PesterNotLoaded, $"Pester is not loaded");
        }

        if (ShouldProcess("Should -RouteAround", "register with Pester"))
        {
            InvokeCommand.InvokeScript(Register);
        }
    }
}
