using System.Management.Automation;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>What cmdlets share that talk to a running session.</summary>
public abstract class SessionCmdlet : LBChaosCmdlet
{
    /// <summary>The name of the session; the only one that runs by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("SessionName")]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public string? Session { get; set; }

    /// <summary>The control API of the session that is meant.</summary>
    private protected ControlApi Api() => RunningSessions.Choose(Session, StopToken);
}
