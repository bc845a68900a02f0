using System.Diagnostics;
using System.Management.Automation;
using LBTool.PowerShell.Completion;
using LBTool.PowerShell.Output;
using LBTool.PowerShell.Sessions;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Waits until something is so in a session: a backend is in a state or drained, something has happened, or requests were served.</summary>
/// <remarks>When it does not come in time, that is the error LBChaos.TimedOut.</remarks>
/// <example>
///   <code>Disable-LBChaosBackend b1 -Drain; Wait-LBChaos -Backend b1 -Drained -Timeout 30s</code>
///   <para>Goes on when b1 has no request left.</para>
/// </example>
/// <example>
///   <code>Wait-LBChaos -Requests 1000</code>
///   <para>Goes on after the next thousand requests.</para>
/// </example>
/// <example>
///   <code>Add-LBChaosFault b1 -Latency 200ms -Name slow -For 5s; Wait-LBChaos -Event faultEnd -EventName slow</code>
///   <para>Goes on when the fault is over; so it does when that has happened already.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Wait, "LBChaos", DefaultParameterSetName = StateSet)]
[OutputType(typeof(Backend), ParameterSetName = [StateSet, DrainedSet])]
[OutputType(typeof(SessionEvent), ParameterSetName = [EventSet])]
public sealed class WaitLBChaosCommand : SessionCmdlet
{
    private const string StateSet = "State";
    private const string DrainedSet = "Drained";
    private const string EventSet = "Event";
    private const string RequestsSet = "Requests";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>The backends to wait for.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = StateSet)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = DrainedSet)]
    [ArgumentCompleter(typeof(BackendCompleter))]
    public string[] Backend { get; set; } = [];

    /// <summary>Until each is in one of these states, with wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StateSet)]
    [SupportsWildcards]
    public string[] State { get; set; } = [];

    /// <summary>Until they are out of use, and none of their requests is left.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DrainedSet)]
    public SwitchParameter Drained { get; set; }

    /// <summary>Until something of this kind has happened since the session began, with wildcards, such as faultEnd.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EventSet)]
    [SupportsWildcards]
    public string? Event { get; set; }

    /// <summary>The name that the event has, such as that of its fault, with wildcards.</summary>
    [Parameter(ParameterSetName = EventSet)]
    [SupportsWildcards]
    public string EventName { get; set; } = "*";

    /// <summary>Only events after the one of this number.</summary>
    [Parameter(ParameterSetName = EventSet)]
    public long Since { get; set; }

    /// <summary>Until so many more requests were picked a backend for.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RequestsSet)]
    [ValidateRange(1, long.MaxValue)]
    public long Requests { get; set; }

    /// <summary>How long at most.</summary>
    [Parameter]
    public Duration Timeout { get; set; } = new(TimeSpan.FromMinutes(1));

    private protected override void Process()
    {
        var api = Api();
        switch (ParameterSetName)
        {
            case EventSet:
                WriteObject(Until(api, $"event {Event} {EventName}", () => FindEvent(api)));
                break;
            case RequestsSet:
                var wanted = Served(api) + Requests;
                Until(api, $"{Requests} requests", () => Served(api) >= wanted ? this : null);
                break;
            default:
                Each(Backend, name => WriteObject(Until(api, $"{name} {(Drained ? "drained" : string.Join(" or ", State))}", () => Ready(api, name))));
                break;
        }
    }

    private T Until<T>(ControlApi api, string what, Func<T?> look)
        where T : class
    {
        var patience = Stopwatch.StartNew();
        var record = new ProgressRecord(1, $"session {api.Session}", $"waiting for {what}");
        try
        {
            while (true)
            {
                if (look() is { } found)
                {
                    return found;
                }

                if (patience.Elapsed > Timeout.Time)
                {
                    throw new LBChaosException(Reason.TimedOut, $"session '{api.Session}': {what} did not come within {Timeout}", what);
                }

                record.PercentComplete = (int)(100 * patience.Elapsed.TotalMilliseconds / Math.Max(1, Timeout.Time.TotalMilliseconds)) % 101;
                WriteProgress(record);
                Wait(Interval);
            }
        }
        finally
        {
            record.RecordType = ProgressRecordType.Completed;
            WriteProgress(record);
        }
    }

    private Backend? Ready(ControlApi api, string name)
    {
        var backend = new Backend(api.Get($"backends/{Uri.EscapeDataString(name)}"), api.Session);
        return (Drained ? IsDrained(backend) : State.Any(state => Matches(state, backend.State))) ? backend : null;
    }

    // One that may still be picked is not drained, though nothing is in flight on it just now.
    private static bool IsDrained(Backend backend) =>
        backend.State is "draining" or "drained" or "disabled" && backend.InFlight == 0 && (backend.Drain?.InFlightLeft ?? 0) == 0;

    private SessionEvent? FindEvent(ControlApi api) =>
        api.Get($"events?since={Since}").Items.Select(item => new SessionEvent(item)).FirstOrDefault(happened => Matches(Event!, happened.Kind) && Matches(EventName, happened.Name));

    private static long Served(ControlApi api) => api.Get("backends").Items.Sum(item => item.Count("requests"));

    private static bool Matches(string pattern, string text) => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(text);
}
