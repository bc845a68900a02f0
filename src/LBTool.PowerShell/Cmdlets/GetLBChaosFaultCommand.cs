using System.Management.Automation;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Shows the faults that act in a session.</summary>
/// <example>
///   <code>Get-LBChaosFault</code>
///   <para>All of them.</para>
/// </example>
/// <example>
///   <code>Get-LBChaosFault slow* | Remove-LBChaosFault</code>
///   <para>Takes some back.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "LBChaosFault")]
[OutputType(typeof(Fault))]
public sealed class GetLBChaosFaultCommand : SessionCmdlet
{
    /// <summary>The names of the faults, with wildcards; all by default.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(FaultCompleter))]
    public string[] Name { get; set; } = ["*"];

    private protected override void Process()
    {
        var api = Api();
        var faults = api.Get("faults").Items.Select(item => new Fault(item, api.Session)).ToArray();
        var known = faults.Length == 0 ? "none" : string.Join(", ", faults.Select(fault => fault.Name));
        Each(Name, pattern => WriteObject(
            Names.Matching(faults, fault => fault.Name, pattern, name => new LBChaosException(
                Reason.FaultNotFound, $"session '{api.Session}' has no fault '{name}'; it has {known}", name)),
            enumerateCollection: true));
    }
}
