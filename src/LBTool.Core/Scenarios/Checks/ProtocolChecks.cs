using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Checks;

/// <summary>Whether faults and load are such as the protocol has; <see cref="TargetKeys"/> looks at the target itself.</summary>
internal static class ProtocolChecks
{
    /// <summary>Reports what the protocol does not have.</summary>
    public static void Run(ScenarioDraft draft, Problems problems)
    {
        if (draft.Target?.Protocol == Protocol.Tcp)
        {
            CheckFaults(draft, problems);
            CheckLoad(draft.Load, problems);
        }
        else if (draft is { Target: not null, Load: { Value.Connections: ConnectionUse.New } load })
        {
            problems.Add(load.Place, "connections: HTTP requests always keep them; remove it, or set protocol: tcp");
        }
    }

    private static void CheckFaults(ScenarioDraft draft, Problems problems)
    {
        foreach (var draftOfFault in draft.Faults)
        {
            if (draftOfFault is { Fault.Effect: { } effect, Name: { } name } && WhyNotTcp(effect) is { } why)
            {
                problems.Add(name.Place, why);
            }
        }
    }

    private static void CheckLoad(Located<Load>? load, Problems problems)
    {
        if (load?.Value.Keys is not null)
        {
            problems.Add(load.Place, "keys: they are parts of HTTP requests; remove them, or set protocol: http");
        }

        if (load?.Value.Sessions > 0)
        {
            problems.Add(load.Place, "sessions: they are kept by cookies of HTTP; with protocol: tcp, use clients and sticky: { by: source }");
        }
    }

    private static string? WhyNotTcp(FaultEffect effect) => effect switch
    {
        HttpEffect => "http: faults of HTTP answers need protocol: http; with tcp, use a toxic (reset_peer, limit_data, timeout) or an action",
        ActionEffect { Action: BackendAction.FailHealth or BackendAction.FailApp } =>
            "action: fail-health and fail-app are about HTTP answers; with protocol: tcp, use down, kill, pause or a toxic",
        _ => null,
    };
}
