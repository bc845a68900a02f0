namespace LBTool.Core.Scenarios;

/// <summary>What a protocol does not have, although faults and loads can say it.</summary>
public static class ProtocolRules
{
    /// <summary>Why a fault cannot act there, and what to do instead; null when it can.</summary>
    public static string? Refuses(Protocol protocol, FaultEffect effect) => (protocol, effect) switch
    {
        (Protocol.Tcp, HttpEffect) =>
            "http: faults of HTTP answers need protocol: http; with tcp, use a toxic (reset_peer, limit_data, timeout) or an action",
        (Protocol.Tcp, ActionEffect { Action: BackendAction.FailHealth or BackendAction.FailApp }) =>
            "action: fail-health and fail-app are about HTTP answers; with protocol: tcp, use down, kill, pause or a toxic",
        _ => null,
    };

    /// <summary>Why a load cannot be driven there, and what to do instead; nothing when it can.</summary>
    public static IEnumerable<string> Refuses(Protocol protocol, Load load)
    {
        if (protocol == Protocol.Http && load.Connections == ConnectionUse.New)
        {
            yield return "connections: HTTP requests always keep them; remove it, or set protocol: tcp";
        }

        if (protocol == Protocol.Tcp && load.Keys is not null)
        {
            yield return "keys: they are parts of HTTP requests; remove them, or set protocol: http";
        }

        if (protocol == Protocol.Tcp && load.Sessions > 0)
        {
            yield return "sessions: they are kept by cookies of HTTP; with protocol: tcp, use clients and sticky: { by: source }";
        }
    }
}
