using System.Management.Automation;
using LBTool.PowerShell.Output;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Sends load through a session: for a while, and says what came of it; or until it is changed or stopped.</summary>
/// <example>
///   <code>Invoke-LBChaosLoad 500/s -Duration 10s</code>
///   <para>500 requests a second for 10 s, then a measurement of them.</para>
/// </example>
/// <example>
///   <code>Invoke-LBChaosLoad 500/s -Arrivals poisson; Add-LBChaosFault b1 -Latency 200ms; Measure-LBChaos; Invoke-LBChaosLoad -Stop</code>
///   <para>Load that goes on while other things are done.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "LBChaosLoad", SupportsShouldProcess = true, DefaultParameterSetName = RateSet)]
[OutputType(typeof(Measurement), typeof(LoadStatus))]
public sealed class InvokeLBChaosLoadCommand : SessionCmdlet
{
    private const string RateSet = "Rate";
    private const string UsersSet = "VirtualUsers";
    private const string StopSet = "Stop";

    /// <summary>Arrivals, such as 500/s, whatever becomes of those before.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = RateSet)]
    public string Rate { get; set; } = "";

    /// <summary>How arrivals are spaced: uniform, or poisson as many independent users make them.</summary>
    [Parameter(ParameterSetName = RateSet)]
    [ValidateSet("uniform", "poisson")]
    public string? Arrivals { get; set; }

    /// <summary>Users that ask, wait for the answer, and ask again.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UsersSet)]
    [ValidateRange(1, 100000)]
    public int VirtualUsers { get; set; }

    /// <summary>How many clients, each with an address and connections of its own.</summary>
    [Parameter(ParameterSetName = RateSet)]
    [Parameter(ParameterSetName = UsersSet)]
    [ValidateRange(1, 10000)]
    public int? Clients { get; set; }

    /// <summary>How long; then the load stops and a measurement is written. Without it the load goes on and the cmdlet returns.</summary>
    [Parameter(ParameterSetName = RateSet)]
    [Parameter(ParameterSetName = UsersSet)]
    public Duration? Duration { get; set; }

    /// <summary>Stop the load.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StopSet)]
    public SwitchParameter Stop { get; set; }

    private protected override void Process()
    {
        var api = Api();
        var what = Stop ? "stop load" : $"load {(VirtualUsers > 0 ? $"{VirtualUsers} users" : Rate)}{(Duration is { } wanted ? $" for {wanted}" : "")}";
        if (!ShouldProcess($"session {api.Session}", what))
        {
            return;
        }

        if (Stop)
        {
            api.Delete("load");
        }
        else if (Duration is { } length)
        {
            WriteObject(Drive(api, length));
        }
        else
        {
            WriteObject(new LoadStatus(api.Put("load", Body()), api.Session));
        }
    }

    // Stopped by us and not by a duration of its own, so that Ctrl-C and an error stop it too.
    private Measurement Drive(ControlApi api, Duration length)
    {
        api.Put("load", Body());
        try
        {
            var measuring = new Measuring(api);
            this.While($"load on session {api.Session}", length, Task.Delay(length.Time, StopToken));
            return measuring.Complete();
        }
        finally
        {
            api.Unstoppable().Delete("load");
        }
    }

    private Dictionary<string, object> Body()
    {
        var body = VirtualUsers > 0
            ? new Dictionary<string, object> { ["executor"] = "constant-vus", ["vus"] = VirtualUsers }
            : new Dictionary<string, object> { ["executor"] = "constant-arrival-rate", ["rate"] = Rate };
        if (Arrivals is not null)
        {
            body["arrivals"] = Arrivals;
        }

        if (Clients is { } clients)
        {
            body["clients"] = clients;
        }

        return body;
    }
}
