using System.Management.Automation;
using LBTool.PowerShell.Output;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Measures what goes through a session for a while: requests, errors, latencies and each backend's share.</summary>
/// <remarks>
/// It measures the load of the session and requests from elsewhere alike. Counts and shares are exactly those of that time;
/// latencies are those of its last 10 s. Assert-LBChaos judges latencies of exactly its time.
/// </remarks>
/// <example>
///   <code>Measure-LBChaos -Duration 5s | Select-Object -ExpandProperty Backends</code>
///   <para>How the traffic of 5 s was shared.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Measure, "LBChaos")]
[OutputType(typeof(Measurement))]
public sealed class MeasureLBChaosCommand : SessionCmdlet
{
    /// <summary>How long.</summary>
    [Parameter(Position = 0)]
    [Alias("For")]
    public Duration Duration { get; set; } = new(TimeSpan.FromSeconds(10));

    private protected override void Process()
    {
        var measuring = new Measuring(Api());
        this.While("measuring", Duration, Task.Delay(Duration.Time, StopToken));
        WriteObject(measuring.Complete());
    }
}
