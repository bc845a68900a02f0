using System.Collections;
using System.Management.Automation;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Makes trouble: a toxic on the connections of a backend, an action on its process, or HTTP answers that are wrong.</summary>
/// <remarks>
/// A fault is what a scenario calls one, without its time: it begins now. With -For it is taken back by itself; else by
/// Remove-LBChaosFault, Clear-LBChaosFault or the end of the session. 'lbtool toxics' lists all that a fault can do.
/// </remarks>
/// <example>
///   <code>Add-LBChaosFault b1 -Latency 200ms -Jitter 20ms -For 30s</code>
///   <para>b1 answers 200 ms later, for half a minute.</para>
/// </example>
/// <example>
///   <code>Get-LBChaosBackend b1, b2 | Add-LBChaosFault -Name thin -Toxic @{ type = 'bandwidth'; rate = '100KB/s' }</code>
///   <para>One fault on two backends, with a name.</para>
/// </example>
/// <example>
///   <code>Add-LBChaosFault b3 -Http @{ status = 503; percent = '10%' }</code>
///   <para>A tenth of b3's answers are 503.</para>
/// </example>
/// <example>
///   <code>Add-LBChaosFault b4 -Action down -For 5s</code>
///   <para>b4's host is gone for 5 s.</para>
/// </example>
[Cmdlet(VerbsCommon.Add, "LBChaosFault", SupportsShouldProcess = true, DefaultParameterSetName = LatencySet)]
[OutputType(typeof(Fault))]
public sealed class AddLBChaosFaultCommand : SessionCmdlet
{
    private const string LatencySet = "Latency";
    private const string ToxicSet = "Toxic";
    private const string ActionSet = "Action";
    private const string HttpSet = "Http";

    private readonly List<(string? Session, string Backend)> _targets = [];

    /// <summary>The backends that it hits; several from the pipeline get one fault together. Or one, all, a number of them, or a percentage.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Target")]
    [ArgumentCompleter(typeof(BackendCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Backend { get; set; } = [];

    /// <summary>A delay of everything that it answers, such as 200ms.</summary>
    [Parameter(ParameterSetName = LatencySet, Mandatory = true)]
    public string Latency { get; set; } = "";

    /// <summary>By how much the delay varies, such as 20ms.</summary>
    [Parameter(ParameterSetName = LatencySet)]
    public string? Jitter { get; set; }

    /// <summary>A toxic: its type and attributes, as in a scenario.</summary>
    [Parameter(ParameterSetName = ToxicSet, Mandatory = true)]
    public Hashtable? Toxic { get; set; }

    /// <summary>What happens to the process, as in a scenario: kill, stop, restart, pause, down and others.</summary>
    [Parameter(ParameterSetName = ActionSet, Mandatory = true)]
    public string? Action { get; set; }

    /// <summary>An HTTP fault: its values, as in a scenario.</summary>
    [Parameter(ParameterSetName = HttpSet, Mandatory = true)]
    public Hashtable? Http { get; set; }

    /// <summary>Its name, for Remove-LBChaosFault and for expectations; the session chooses one by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>How long it acts; until it is removed by default.</summary>
    [Parameter]
    public Duration? For { get; set; }

    private protected override void Process() => _targets.AddRange(Backend.Select(name => (Session, name)));

    private protected override void End()
    {
        foreach (var group in _targets.GroupBy(target => target.Session))
        {
            Session = group.Key;
            Add([.. group.Select(target => target.Backend).Distinct()]);
        }
    }

    private void Add(string[] backends)
    {
        var api = Api();
        if (ShouldProcess($"{string.Join(", ", backends)} of session {api.Session}", "add fault"))
        {
            WriteObject(new Fault(api.Post("faults", Body(backends)), api.Session));
        }
    }

    private Dictionary<string, object> Body(string[] backends)
    {
        var body = new Dictionary<string, object> { ["target"] = backends.Length == 1 ? backends[0] : backends };
        switch (ParameterSetName)
        {
            case LatencySet:
                var toxic = new Dictionary<string, object> { ["type"] = "latency", ["latency"] = Latency };
                if (Jitter is not null)
                {
                    toxic["jitter"] = Jitter;
                }

                body["toxic"] = toxic;
                break;
            case ToxicSet:
                body["toxic"] = Toxic!;
                break;
            case ActionSet:
                body["action"] = Action!;
                break;
            default:
                body["http"] = Http!;
                break;
        }

        if (Name is not null)
        {
            body["name"] = Name;
        }

        if (For is { } length)
        {
            body["for"] = length.ToString();
        }

        return body;
    }
}
