using System.Management.Automation;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Takes all faults of a session back.</summary>
/// <example>
///   <code>Clear-LBChaosFault</code>
///   <para>The backends are as they were, and measurements go on: Reset-LBChaos forgets those too.</para>
/// </example>
[Cmdlet(VerbsCommon.Clear, "LBChaosFault", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ClearLBChaosFaultCommand : SessionCmdlet
{
    private protected override void Process()
    {
        var api = Api();
        if (ShouldProcess($"all faults of session {api.Session}", "remove"))
        {
            api.Delete("faults");
        }
    }
}
