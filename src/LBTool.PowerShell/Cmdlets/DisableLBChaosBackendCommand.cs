using System.Management.Automation;
using LBTool.PowerShell.Output;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Takes a backend out of the balancer's choice; with -Drain its requests may end first.</summary>
/// <remarks>It returns at once. Wait-LBChaos -Backend b1 -Drained waits for the last request.</remarks>
/// <example>
///   <code>Get-LBChaosBackend b1 | Disable-LBChaosBackend -Drain -Deadline 30s</code>
///   <para>No new requests for b1; those that it has may take 30 s.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Disable, "LBChaosBackend", SupportsShouldProcess = true)]
[OutputType(typeof(Backend))]
public sealed class DisableLBChaosBackendCommand : BackendCmdlet
{
    /// <summary>Let the requests that it has end.</summary>
    [Parameter]
    public SwitchParameter Drain { get; set; }

    /// <summary>How long they may take; then they are cut off.</summary>
    [Parameter]
    public Duration? Deadline { get; set; }

    private protected override string What => Drains ? Deadline is { } deadline ? $"drain within {deadline}" : "drain" : "disable";

    private bool Drains => Drain || Deadline is not null;

    private protected override Json Change(ControlApi api, string path)
    {
        var body = new Dictionary<string, object>();
        if (Deadline is { } deadline)
        {
            body.Add("deadline", deadline.ToString());
        }

        return api.Post($"{path}/{(Drains ? "drain" : "disable")}", body);
    }
}
