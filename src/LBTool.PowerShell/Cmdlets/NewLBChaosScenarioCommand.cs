using System.Management.Automation;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Writes a scenario file to begin with: a copy of a built-in one, or what was done by hand in a session.</summary>
/// <example>
///   <code>New-LBChaosScenario checkout.lb.yaml -From slow-backend</code>
///   <para>A copy to change.</para>
/// </example>
/// <example>
///   <code>New-LBChaosScenario found.lb.yaml -FromSession demo; Add-Content found.lb.yaml "expect:`n  - errors == 0"</code>
///   <para>An exploration becomes a gate.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "LBChaosScenario", SupportsShouldProcess = true, DefaultParameterSetName = BuiltInSet)]
[OutputType(typeof(FileInfo))]
public sealed class NewLBChaosScenarioCommand : LbtoolCmdlet
{
    private const string BuiltInSet = "BuiltIn";
    private const string SessionSet = "Session";

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The built-in scenario to copy.</summary>
    [Parameter(Position = 1, ParameterSetName = BuiltInSet)]
    [ArgumentCompleter(typeof(ScenarioCompleter))]
    public string From { get; set; } = "slow-backend";

    /// <summary>The session whose changes by hand become the scenario.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SessionSet)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public string? FromSession { get; set; }

    /// <summary>Overwrite the file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override void Process()
    {
        var file = new FileInfo(Resolve(Path));
        if (file.Exists && !Force)
        {
            throw new LBChaosException(Reason.FileExists, $"'{file.FullName}' is there already", file.FullName);
        }

        if (ShouldProcess(file.FullName, "write scenario"))
        {
            var text = FromSession is null
                ? Run(["scenarios", "show", From])
                : RunningSessions.Choose(FromSession, StopToken).GetText("journal");
            Files.Write(file.FullName, text);
            WriteObject(new FileInfo(file.FullName));
        }
    }
}
