using System.Management.Automation;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Output;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>What cmdlets share that change backends.</summary>
public abstract class BackendCmdlet : SessionCmdlet
{
    /// <summary>The names of the backends.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Backend")]
    [ArgumentCompleter(typeof(BackendCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Write the backends as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What is done, in words.</summary>
    private protected abstract string What { get; }

    private protected sealed override void Process()
    {
        var api = Api();
        Each(Name, name =>
        {
            if (!ShouldProcess($"{name} of session {api.Session}", What))
            {
                return;
            }

            var answer = Change(api, $"backends/{Uri.EscapeDataString(name)}");
            if (answer["note"].Text() is { } note)
            {
                WriteVerbose($"{name}: {note}");
            }

            if (PassThru)
            {
                WriteObject(new Backend(answer, api.Session));
            }
        });
    }

    /// <summary>Changes one; returns it as it is then.</summary>
    private protected abstract Json Change(ControlApi api, string path);
}
