using System.Management.Automation;
using LBTool.PowerShell.Completion;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Takes faults back, by name.</summary>
/// <example>
///   <code>$fault = Add-LBChaosFault b1 -Latency 200ms; $fault | Remove-LBChaosFault</code>
///   <para>Adds one and takes it back.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "LBChaosFault", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveLBChaosFaultCommand : SessionCmdlet
{
    /// <summary>The names of the faults.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FaultCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    private protected override void Process()
    {
        var api = Api();
        Each(Name, name =>
        {
            if (ShouldProcess($"{name} of session {api.Session}", "remove fault"))
            {
                api.Delete($"faults/{Uri.EscapeDataString(name)}");
            }
        });
    }
}
