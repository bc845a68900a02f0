using System.Management.Automation;
using LBTool.PowerShell.Output;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>What Set-LBChaosBackend can do to the process of a backend.</summary>
public enum BackendAction
{
    /// <summary>End it at once; connections break.</summary>
    Kill,

    /// <summary>End it in order.</summary>
    Stop,

    /// <summary>Start it again.</summary>
    Start,

    /// <summary>End it at once and start it again, empty.</summary>
    Restart,

    /// <summary>Freeze it: it accepts and never answers.</summary>
    Pause,

    /// <summary>Let it go on.</summary>
    Resume,
}

/// <summary>Changes a backend: its weight, how fast it answers, how much it takes, or whether its process runs.</summary>
/// <remarks>What is not named stays as it is. Faults are the better way to make trouble for a while: they are taken back.</remarks>
/// <example>
///   <code>Set-LBChaosBackend b1 -Weight 3 -Latency 50ms</code>
///   <para>Three times the weight, and slower.</para>
/// </example>
/// <example>
///   <code>Get-LBChaosBackend b* | Set-LBChaosBackend -Concurrency 10 -Queue 5</code>
///   <para>Every backend works on 10 requests at once and lets 5 wait.</para>
/// </example>
/// <example>
///   <code>Set-LBChaosBackend b2 -Action Kill</code>
///   <para>Its process is gone until -Action Start.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "LBChaosBackend", SupportsShouldProcess = true, DefaultParameterSetName = ValueSet)]
[OutputType(typeof(Backend))]
public sealed class SetLBChaosBackendCommand : BackendCmdlet
{
    private const string ValueSet = "Value";
    private const string ActionSet = "Action";

    /// <summary>Its weight in weighted algorithms, more than 0.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    public double? Weight { get; set; }

    /// <summary>How long it takes to answer, such as 50ms.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    public string? Latency { get; set; }

    /// <summary>By how much that varies, such as 5ms.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    public string? Jitter { get; set; }

    /// <summary>Requests that it works on at once.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    public int? Concurrency { get; set; }

    /// <summary>Requests that may wait.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    public int? Queue { get; set; }

    /// <summary>The share of requests that it answers with an error, such as 5%.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    public string? Errors { get; set; }

    /// <summary>What to do to its process.</summary>
    [Parameter(ParameterSetName = ActionSet, Mandatory = true)]
    public BackendAction Action { get; set; }

    private protected override string What => ParameterSetName == ActionSet
        ? Action.ToString().ToLowerInvariant()
        : $"set {string.Join(", ", Values().Select(value => $"{value.Key} {value.Value}"))}";

    private protected override Json Change(ControlApi api, string path)
    {
        if (ParameterSetName == ActionSet)
        {
            return api.Post($"{path}/{Action.ToString().ToLowerInvariant()}", new Dictionary<string, object>());
        }

        var values = Values();
        return values.Count > 0
            ? api.Patch(path, values)
            : throw new LBChaosException(Reason.BadRequest, "nothing to set: give -Weight, -Latency, -Jitter, -Concurrency, -Queue, -Errors or -Action");
    }

    private Dictionary<string, object> Values() =>
        new (string Name, object? Value)[]
        {
            ("weight", Weight), ("latency", Latency), ("jitter", Jitter), ("concurrency", Concurrency), ("queue", Queue), ("errors", Errors),
        }.Where(value => value.Value is not null).ToDictionary(value => value.Name, value => value.Value!);
}
