using System.Management.Automation;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Output;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Lists the sessions that run, with their backends, faults and load.</summary>
/// <example>
///   <code>Get-LBChaos</code>
///   <para>All sessions of this user on this machine, whoever started them.</para>
/// </example>
/// <example>
///   <code>(Get-LBChaos demo).Backends | Format-Table</code>
///   <para>The backends of the session named demo.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "LBChaos")]
[OutputType(typeof(Session))]
public sealed class GetLBChaosCommand : LBChaosCmdlet
{
    /// <summary>The names of the sessions, with wildcards; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Session", "SessionName")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public string[] Name { get; set; } = ["*"];

    private protected override void Process()
    {
        var running = RunningSessions.Answering(StopToken).Select(session => new Session(session.Session)).ToArray();
        Each(Name, pattern => WriteObject(Names.Matching(running, session => session.Name, pattern, RunningSessions.NotFound), enumerateCollection: true));
    }
}
