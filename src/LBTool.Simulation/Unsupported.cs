using LBTool.Core.Scenarios;

namespace LBTool.Simulation;

/// <summary>What a scenario may ask for that the simulator does not know: better no result than a wrong one.</summary>
internal static class Unsupported
{
    /// <summary>The first such thing, in words; null when there is none.</summary>
    public static string? FindIn(Scenario scenario) =>
        scenario.Target.Toxiproxy is not null ? "a Toxiproxy server"
        : scenario is { Target.Protocol: Protocol.Tcp, Load.Connections: ConnectionUse.Kept } ? "TCP connections that are kept"
        : null;
}
