using System.Management.Automation;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Shows the backends of a session: state, share of the traffic, latency, errors.</summary>
/// <example>
///   <code>Get-LBChaosBackend</code>
///   <para>All backends of the only session.</para>
/// </example>
/// <example>
///   <code>Get-LBChaosBackend b1, b2 | Disable-LBChaosBackend -Drain</code>
///   <para>Takes two of them out, and lets their requests end.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "LBChaosBackend")]
[OutputType(typeof(Backend))]
public sealed class GetLBChaosBackendCommand : SessionCmdlet
{
    /// <summary>The names of the backends, with wildcards; all by default.</summary>
    [Parameter(Position = 0)]
    [Alias("Backend")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BackendCompleter))]
    public string[] Name { get; set; } = ["*"];

    private protected override void Process()
    {
        var api = Api();
        var backends = api.Get("backends").Items.Select(item => new Backend(item, api.Session)).ToArray();
        var known = string.Join(", ", backends.Select(backend => backend.Name));
        Each(Name, pattern => WriteObject(
            Names.Matching(backends, backend => backend.Name, pattern, name => new LBChaosException(
                Reason.BackendNotFound, $"session '{api.Session}' has no backend '{name}'; it has {known}", name)),
            enumerateCollection: true));
    }
}
