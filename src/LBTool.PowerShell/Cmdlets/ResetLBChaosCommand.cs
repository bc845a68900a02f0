using System.Management.Automation;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Sets a session back: no faults, every backend up, nothing measured. The load goes on.</summary>
/// <example>
///   <code>Reset-LBChaos</code>
///   <para>Between two tests that share a session.</para>
/// </example>
[Cmdlet(VerbsCommon.Reset, "LBChaos", SupportsShouldProcess = true)]
[OutputType(typeof(Session))]
public sealed class ResetLBChaosCommand : SessionCmdlet
{
    /// <summary>Write the session as it is then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        var api = Api();
        if (ShouldProcess(api.Session, "reset"))
        {
            var session = new Session(api.Post("session/reset", new Dictionary<string, object>()));
            if (PassThru)
            {
                WriteObject(session);
            }
        }
    }
}
