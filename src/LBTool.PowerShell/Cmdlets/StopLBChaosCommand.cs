using System.Diagnostics;
using System.Management.Automation;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Ends a session: the load stops, faults are taken back, every port is closed.</summary>
/// <remarks>It returns when the session has ended.</remarks>
/// <example>
///   <code>Stop-LBChaos</code>
///   <para>The only session that runs.</para>
/// </example>
/// <example>
///   <code>Get-LBChaos | Stop-LBChaos</code>
///   <para>All of them.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "LBChaos", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class StopLBChaosCommand : LBChaosCmdlet
{
    // For all that follows the drain of what is in flight.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>The names of the sessions; the only one that runs by default.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Session", "SessionName")]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public string[] Name { get; set; } = [];

    private protected override void Process() => Each(Name.Length == 0 ? new string?[] { null } : Name, StopOne);

    private void StopOne(string? name)
    {
        var api = RunningSessions.Choose(name, StopToken);
        if (!ShouldProcess(api.Session, "stop"))
        {
            return;
        }

        var answer = api.Post("session/stop", new Dictionary<string, object>());

        // One of an earlier version does not say how long it drains.
        var longest = Margin + TimeSpan.FromMilliseconds(answer.Number("drainMs") ?? 0);
        var patience = Stopwatch.StartNew();
        while (SessionFile.Find(api.Session) is not null)
        {
            if (patience.Elapsed > longest)
            {
                if (OwnedSessions.End(api.Session))
                {
                    return;
                }

                throw new LBChaosException(Reason.TimedOut, $"session '{api.Session}' did not end within {new Duration(longest)}", api.Session);
            }

            Wait(Interval);
        }

        OwnedSessions.End(api.Session);
    }
}
