using System.Management.Automation;
using LBTool.PowerShell.Output;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Lets the balancer pick a backend again, after Disable-LBChaosBackend.</summary>
/// <example>
///   <code>Enable-LBChaosBackend b1</code>
///   <para>b1 gets requests again.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Enable, "LBChaosBackend", SupportsShouldProcess = true)]
[OutputType(typeof(Backend))]
public sealed class EnableLBChaosBackendCommand : BackendCmdlet
{
    private protected override string What => "enable";

    private protected override Json Change(ControlApi api, string path) => api.Post($"{path}/enable", new Dictionary<string, object>());
}
